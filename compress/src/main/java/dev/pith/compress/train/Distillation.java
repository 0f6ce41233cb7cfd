package dev.pith.compress.train;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A teacher's class scores, and if wanted its features, take part in the loss.
 *
 * <p>loss = (1 − α) · cross-entropy + α · T² · KL(softmax(teacher / T) ‖ softmax(student / T))
 * (Hinton et al. 2015) + the losses of feature pairs. The teacher is any graph with the same input
 * and the same classes: floating point or quantized, dense or packed. Without one the network as it
 * is when training begins is the teacher (self-distillation of a network that is compressed on the
 * way).
 *
 * <p>Where the teacher would see the same samples again (no augmentation, two epochs or more, no
 * features), it is asked once for all of them, in an order that depends on nothing else.
 */
public final class Distillation extends Technique {

  private static final long SUM = 2;

  /** Scores that are kept at most: 256 MiB. */
  private static final long MAX_KEPT = 64L << 20;

  private final Graph given;
  private final double temperature;
  private final double alpha;
  private final List<FeaturePair> pairs;
  private final Map<String, Tensor> regressors = new LinkedHashMap<>();
  private Teacher teacher;
  private Tensor kept;

  /**
   * Distillation.
   *
   * @param teacher the teacher; {@code null} for the network itself as it is at the beginning
   * @param temperature T, positive; larger ones show more of the teacher's smaller scores
   * @param alpha weight of the teacher against the labels, 0 to 1
   * @param pairs features of the student that should become like features of the teacher
   */
  public Distillation(Graph teacher, double temperature, double alpha, List<FeaturePair> pairs) {
    if (!(temperature > 0) || !Double.isFinite(temperature)) {
      throw new IllegalArgumentException("temperature " + temperature + " is not positive");
    }
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha " + alpha + " is outside [0, 1]");
    }
    this.given = teacher;
    this.temperature = temperature;
    this.alpha = alpha;
    this.pairs = List.copyOf(pairs);
  }

  /** Distillation of class scores alone. */
  public Distillation(Graph teacher, double temperature, double alpha) {
    this(teacher, temperature, alpha, List.of());
  }

  /**
   * Two features that should become alike.
   *
   * @param kind how they are compared
   * @param student name of the student's value
   * @param teacher name of the teacher's value
   * @param weight of the loss, positive
   */
  public record FeaturePair(Kind kind, String student, String teacher, double weight) {

    /** How features are compared. */
    public enum Kind {
      /**
       * Mean squared difference, through a learned map of channels where their numbers differ
       * (Romero et al. 2015).
       */
      HINT,
      /**
       * Squared distance of normalized maps of where activations are strong (Zagoruyko and
       * Komodakis 2017); channels may differ, pictures must be equally large.
       */
      ATTENTION
    }

    public FeaturePair {
      if (!(weight > 0) || !Double.isFinite(weight)) {
        throw new IllegalArgumentException("weight " + weight + " is not positive");
      }
    }
  }

  @Override
  String name() {
    return "distillation T=" + temperature + " alpha=" + alpha + " " + pairs;
  }

  @Override
  void begin(TrainingRun run) {
    Graph asked = given == null ? run.graph().source() : given;
    boolean dense = asked.constants().values().stream().allMatch(value -> value.isDense());
    // Folded and fused it answers sooner, but values that pairs name may be gone.
    teacher = Teacher.of(pairs.isEmpty() && dense ? Pipeline.standard().run(asked) : asked);
    for (FeaturePair pair : pairs) {
      teacher.require(pair.teacher());
    }
    boolean again = run.settings().augmentations().isEmpty() && run.epochs() >= 2;
    if (again && pairs.isEmpty()) {
      keepScores(run);
    }
  }

  /** Asks the teacher for all samples, unless its scores are too many to keep. */
  private void keepScores(TrainingRun run) {
    Batches batches = run.batches();
    int step = run.settings().batchSize();
    List<Tensor> parts = new ArrayList<>();
    try (var _ = new PointerScope()) {
      for (int from = 0; from < batches.size(); from += step) {
        Tensor part;
        try (var _ = new PointerScope()) {
          Batches.Batch batch = batches.plain(from, Math.min(from + step, batches.size()));
          part = Torch.keep(scores(batch.values()));
        }
        parts.add(part);
        if (part.size(1) * batches.size() > MAX_KEPT) {
          break;
        }
      }
      Tensor all = torch.cat(new TensorVector(parts.toArray(new Tensor[0])), 0);
      kept = all.size(0) == batches.size() ? Torch.keep(all) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      parts.forEach(Torch::release);
    }
  }

  private Tensor scores(Tensor batch) {
    return Logits.rows(teacher.values(batch).get(teacher.logits()));
  }

  @Override
  Tensor loss(TrainingRun run, Tensor loss, Map<String, Tensor> values) {
    Map<String, Tensor> taught = kept == null ? teacher.values(run.input()) : Map.of();
    Tensor student = Logits.rows(values.get(run.logits()));
    Tensor target =
        kept == null
            ? Logits.rows(taught.get(teacher.logits()))
            : torch.index_select(kept, 0, TorchTensors.of(run.samples(), run.samples().length));
    if (target.size(1) != student.size(1)) {
      throw new IllegalArgumentException(
          "the teacher has scores for "
              + target.size(1)
              + " classes, the student for "
              + student.size(1));
    }
    Tensor total =
        torch.add(
            torch.mul(loss, scalar(1 - alpha)),
            torch.mul(divergence(student, target), scalar(alpha * temperature * temperature)));
    for (FeaturePair pair : pairs) {
      Tensor own = values.get(pair.student());
      if (own == null) {
        throw new IllegalArgumentException("the student computes no value named " + pair.student());
      }
      Tensor part =
          pair.kind() == FeaturePair.Kind.HINT
              ? hint(run, pair, own, taught.get(pair.teacher()))
              : attention(pair, own, taught.get(pair.teacher()));
      total = torch.add(total, torch.mul(part, scalar(pair.weight())));
    }
    return total;
  }

  /** Mean over the batch of KL(teacher ‖ student) at the temperature. */
  private Tensor divergence(Tensor student, Tensor target) {
    Tensor log = torch.log_softmax(torch.div(student, scalar(temperature)), 1);
    Tensor soft = torch.softmax(torch.div(target, scalar(temperature)), 1);
    return torch.div(torch.kl_div(log, soft, SUM, false), scalar((double) student.size(0)));
  }

  private Tensor hint(TrainingRun run, FeaturePair pair, Tensor own, Tensor taught) {
    Tensor mapped = own;
    if (own.size(1) != taught.size(1)) {
      mapped = map(regressor(run, pair, own.size(1), taught.size(1)), own);
    }
    if (!Shapes.equal(mapped, taught)) {
      throw new IllegalArgumentException(
          "hint " + pair + ": the extents differ behind the channels; choose other values");
    }
    return torch.mse_loss(mapped, taught);
  }

  /** A linear map of axis 1. */
  private static Tensor map(Tensor weight, Tensor x) {
    return torch.linear(x.transpose(1, -1), weight).transpose(1, -1);
  }

  private Tensor regressor(TrainingRun run, FeaturePair pair, long from, long to) {
    return regressors.computeIfAbsent(
        "regressor/" + pair.student() + "/" + pair.teacher(),
        name -> {
          var weight =
              new NetworkBuilder(name, run.settings().seed()).uniform(1.0 / from, to, from);
          return run.addParameter(name, TorchTensors.copy(weight));
        });
  }

  private static Tensor attention(FeaturePair pair, Tensor own, Tensor taught) {
    Tensor first = attentionMap(own);
    Tensor second = attentionMap(taught);
    if (!Shapes.equal(first, second)) {
      throw new IllegalArgumentException(
          "attention " + pair + ": the pictures have different extents; choose other values");
    }
    Tensor difference = torch.sub(first, second);
    return torch.mean(torch.sum(torch.mul(difference, difference), new long[] {1}));
  }

  /** Mean square over channels, one row a sample, each of length 1. */
  private static Tensor attentionMap(Tensor features) {
    Tensor strength = torch.mean(torch.mul(features, features), new long[] {1});
    Tensor rows = strength.reshape(features.size(0), -1);
    Tensor norm = torch.sqrt(torch.sum(torch.mul(rows, rows), new long[] {1}));
    return torch.div(rows, torch.add(norm, scalar(1e-8)).unsqueeze(1));
  }

  @Override
  Map<String, Tensor> state() {
    return regressors;
  }

  @Override
  void restore(TrainingRun run, Map<String, Tensor> state) {
    Map<String, Tensor> saved = new HashMap<>(state);
    saved.forEach((name, value) -> regressors.put(name, run.addParameter(name, value)));
  }

  @Override
  void end() {
    regressors.clear();
    if (kept != null) {
      Torch.release(kept);
      kept = null;
    }
    if (teacher != null) {
      teacher.close();
      teacher = null;
    }
  }
}
