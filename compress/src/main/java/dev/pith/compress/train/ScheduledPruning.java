package dev.pith.compress.train;

import dev.pith.compress.prune.PrunePattern;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Graph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Removes weights while training, at the points of a schedule; what is removed stays exactly zero.
 * What is zero at the beginning counts as removed.
 *
 * <p>N:M patterns tighten step by step: with a sparsity s so far, {@code ⌈(1 − s) · m⌉} of each m
 * weights stay, at least n.
 */
public final class ScheduledPruning extends Technique {

  private final PruneSpec spec;
  private final PruneSchedule schedule;
  private final Importance importance;
  private final Masks masks = new Masks();
  private final Map<String, Tensor> scores = new LinkedHashMap<>();
  private List<PruneSchedule.Removal> removals;

  /** What makes a weight worth keeping. */
  public enum Importance {
    /** Its magnitude. */
    MAGNITUDE,
    /** How far it moves away from zero: −Σ w · ∂L/∂w over the steps (Sanh et al. 2020). */
    MOVEMENT,
    /** What the loss would change without it: the mean of (w · ∂L/∂w)² (Molchanov et al. 2019). */
    TAYLOR;

    /**
     * The importance with the given name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Importance parse(String name) {
      for (Importance importance : values()) {
        if (importance.name().equals(name.toUpperCase(Locale.ROOT))) {
          return importance;
        }
      }
      throw new IllegalArgumentException(
          "there is no importance " + name + "; use magnitude, movement or taylor");
    }
  }

  /**
   * Pruning by a schedule.
   *
   * @param spec which weights, and the sparsity at the end
   * @param schedule when
   * @param importance which first
   * @throws IllegalArgumentException if whole channels are asked for: they are removed between
   *     trainings
   */
  public ScheduledPruning(PruneSpec spec, PruneSchedule schedule, Importance importance) {
    if (spec.pattern() instanceof PrunePattern.Channels) {
      throw new IllegalArgumentException(
          "channels are removed between trainings, not during one; prune first, then train");
    }
    this.spec = spec;
    this.schedule = schedule;
    this.importance = importance;
  }

  @Override
  String name() {
    return "pruning " + spec + " " + schedule + " " + importance;
  }

  @Override
  void begin(TrainingRun run) {
    removals = schedule.removals(spec.sparsity(), run.stepsPerEpoch());
    if (removals.getLast().step() >= run.steps()) {
      throw new IllegalArgumentException(
          "the last pruning is at epoch "
              + schedule.end()
              + ", but training ends after "
              + run.epochs()
              + "; end the schedule earlier");
    }
    masks.fromZeros(run.graph());
    if (importance != Importance.MAGNITUDE) {
      masks.tensors().forEach((name, mask) -> scores.put(name, Torch.keep(torch.zeros_like(mask))));
    }
  }

  @Override
  void beforeStep(TrainingRun run) {
    for (PruneSchedule.Removal removal : removals) {
      if (removal.step() == run.step()) {
        PruneSpec reached = at(removal.sparsity());
        if (reached != null) {
          masks.remove(Pruner.pruneAndReport(scored(run.graph()), reached));
          masks.apply(run.graph());
        }
      }
    }
  }

  /** What to prune to for the sparsity reached, or {@code null} for nothing yet. */
  private PruneSpec at(double sparsity) {
    if (!(spec.pattern() instanceof PrunePattern.Nm nm)) {
      PruneSpec reached = spec.withSparsity(sparsity);
      // Scores of other criteria are positive numbers already, compared by their mean.
      return importance == Importance.MAGNITUDE
          ? reached
          : reached.withCriterion(PruneSpec.Criterion.L1);
    }
    int kept = Math.max(nm.n(), (int) Math.ceil((1 - sparsity) * nm.m() - 1e-9));
    return kept >= nm.m()
        ? null
        : PruneSpec.parse("nm" + kept + ":" + nm.m())
            .withOverrides(spec.overrides())
            .withDenseEnds(spec.denseFirst(), spec.denseLast())
            .withMinWeights(spec.minWeights())
            .withDepthwise(spec.depthwise());
  }

  /** The graph with its scores in place of weights: larger means more important, 0 is removed. */
  private Graph scored(TorchGraph graph) {
    if (importance == Importance.MAGNITUDE) {
      return graph.graph();
    }
    Map<String, dev.pith.kernels.tensor.Tensor> constants =
        new LinkedHashMap<>(graph.source().constants());
    try (var _ = new PointerScope()) {
      double least = Double.POSITIVE_INFINITY;
      for (Tensor score : scores.values()) {
        least = Math.min(least, torch.min(score).item_double());
      }
      // All scores become positive, and removed weights zero.
      Scalar shift = new Scalar(Math.max(1e-20, Math.abs(least) * 1e-5) - least);
      for (Map.Entry<String, Tensor> entry : scores.entrySet()) {
        Tensor positive = torch.add(entry.getValue(), shift);
        Tensor kept = torch.mul(positive, masks.tensors().get(entry.getKey()));
        constants.put(entry.getKey(), TorchTensors.copy(kept, DType.F32));
      }
    }
    return graph.source().withConstants(constants);
  }

  @Override
  void afterGradients(TrainingRun run) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      scores.forEach(
          (name, score) -> {
            Tensor weight = run.graph().parameters().get(name);
            Tensor product = torch.mul(weight, weight.grad());
            if (importance == Importance.MOVEMENT) {
              score.sub_(product);
            } else {
              score.addcmul_(product, product);
            }
          });
    }
  }

  @Override
  void afterStep(TrainingRun run) {
    masks.apply(run.graph());
  }

  @Override
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    masks.tensors().forEach((name, mask) -> state.put("mask/" + name, mask));
    scores.forEach((name, score) -> state.put("score/" + name, score));
    return state;
  }

  @Override
  void restore(TrainingRun run, Map<String, Tensor> state) {
    Map<String, Tensor> saved = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith("mask/")) {
            saved.put(name.substring("mask/".length()), tensor);
          } else {
            scores.get(name.substring("score/".length())).copy_(tensor);
          }
        });
    masks.restore(saved);
  }

  @Override
  void end() {
    masks.close();
    scores.values().forEach(Torch::release);
    scores.clear();
  }
}
