package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.train.ScheduledPruning.Importance;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduledPruningTest {

  private static final SyntheticData DATA = new SyntheticData(256, 4, 1.5f, 1, 1, 6, 6);
  private static final String WEIGHT = "linear4.weight";

  private static Graph network() {
    return Networks.LENET_300_100.create(Shape.of(1, 6, 6), 4, 1);
  }

  @ParameterizedTest
  @CsvSource({"unstructured:0.9, 0.9", "block1x4:0.8, 0.8", "block2x4:0.75, 0.75", "nm2:4, 0.5"})
  void everyPatternEndsAtItsSparsityAndHolds(String text, double sparsity) throws IOException {
    PruneSpec spec = PruneSpec.parse(text);
    ScheduledPruning pruning =
        new ScheduledPruning(spec, PruneSchedule.cubic(0.5, 1.5, 4), Importance.MAGNITUDE);
    Trainer.Result result =
        new Trainer(TrainSettings.sgd(2, 16, 0.05), pruning)
            .train(network(), DATA, DATA, TrainListener.NONE);
    assertPattern(Weights.floats(result.graph(), WEIGHT), text, sparsity);
    assertTrue(result.accuracy() > 0.9, "accuracy is " + result.accuracy());
    Trainer.Result tuned =
        new Trainer(TrainSettings.adam(0.5, 16, 1e-3), new KeepZeros())
            .train(result.graph(), DATA, null, TrainListener.NONE);
    float[] before = Weights.floats(result.graph(), WEIGHT);
    float[] after = Weights.floats(tuned.graph(), WEIGHT);
    int changed = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i] == 0) {
        assertEquals(0, Float.floatToRawIntBits(after[i]), "weight " + i + " came back");
      }
      changed += before[i] == after[i] ? 0 : 1;
    }
    assertTrue(changed > 0, "fine-tuning changed nothing");
  }

  private static void assertPattern(float[] weight, String text, double sparsity) {
    int zeros = 0;
    for (float w : weight) {
      zeros += w == 0 ? 1 : 0;
    }
    assertEquals(sparsity, zeros / (double) weight.length, 0.001, text);
    int columns = 300;
    for (int i = 0; text.startsWith("block") && i < weight.length; i += 4) {
      boolean first = weight[i] == 0;
      int height = text.startsWith("block2") ? 2 : 1;
      int top = i / columns / height * height * columns + i % columns;
      for (int j = 0; j < 4 * height; j++) {
        assertEquals(weight[top + j / 4 * columns + j % 4] == 0, first, text + " at " + i);
      }
    }
    for (int i = 0; text.startsWith("nm") && i < weight.length; i += 4) {
      int kept = 0;
      for (int j = i; j < i + 4; j++) {
        kept += weight[j] == 0 ? 0 : 1;
      }
      assertTrue(kept <= 2, text + " at " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(Importance.class)
  void sparsityGrowsByTheScheduleAndResumes(Importance importance, @TempDir Path directory)
      throws IOException {
    PruneSpec spec = PruneSpec.parse("unstructured:0.8");
    TrainSettings settings = TrainSettings.sgd(3, 32, 0.02);
    PruneSchedule schedule = PruneSchedule.iterative(0.5, 2.2, 3);
    List<Double> sparsities = new ArrayList<>();
    Trainer.Result whole =
        new Trainer(settings, new ScheduledPruning(spec, schedule, importance))
            .train(
                network(),
                DATA,
                null,
                p -> {
                  if (p.epochEnd()) {
                    sparsities.add(p.sparsity());
                  }
                });
    assertTrue(sparsities.get(0) > 0.2 && sparsities.get(0) < sparsities.get(1), "" + sparsities);
    assertTrue(sparsities.get(1) < sparsities.get(2), "" + sparsities);
    Path file = directory.resolve("checkpoint");
    assertThrows(
        IllegalStateException.class,
        () ->
            new Trainer(settings, new ScheduledPruning(spec, schedule, importance))
                .withCheckpoint(file, false)
                .train(
                    network(),
                    DATA,
                    null,
                    p -> {
                      if (p.step() == 17) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    Trainer.Result resumed =
        new Trainer(settings, new ScheduledPruning(spec, schedule, importance))
            .withCheckpoint(file, true)
            .train(network(), DATA, null, TrainListener.NONE);
    assertEquals(Weights.hash(whole), Weights.hash(resumed));
  }

  /** Sums the criteria of the papers from weights and gradients, up to a step. */
  private static final class Sums extends Technique {
    private final Importance importance;
    private final long until;
    private double[] sums;

    Sums(Importance importance, long until) {
      this.importance = importance;
      this.until = until;
    }

    @Override
    String name() {
      return "sums";
    }

    @Override
    void afterGradients(TrainingRun run) {
      if (run.step() < until) {
        float[] w = TorchTensors.floats(run.graph().parameters().get(WEIGHT));
        float[] g = TorchTensors.floats(run.graph().parameters().get(WEIGHT).grad());
        sums = sums == null ? new double[w.length] : sums;
        for (int i = 0; i < w.length; i++) {
          double product = (double) w[i] * g[i];
          sums[i] += importance == Importance.MOVEMENT ? -product : product * product;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MOVEMENT", "TAYLOR"})
  void weightsWithTheLeastSumsGo(Importance importance) throws IOException {
    Sums sums = new Sums(importance, 12);
    ScheduledPruning pruning =
        new ScheduledPruning(
            PruneSpec.parse("unstructured:0.5"), PruneSchedule.oneShot(0.75), importance);
    float[] weight =
        Weights.floats(
            new Trainer(TrainSettings.sgd(1, 16, 0.02), pruning, sums)
                .train(network(), DATA, null, TrainListener.NONE)
                .graph(),
            WEIGHT);
    double median = Arrays.stream(sums.sums).sorted().skip(weight.length / 2).findFirst().orElse(0);
    int wrong = 0;
    for (int i = 0; i < weight.length; i++) {
      wrong += weight[i] == 0 == sums.sums[i] < median ? 0 : 1;
    }
    // Sums in single precision tie or swap near the middle.
    assertTrue(wrong < weight.length / 500, wrong + " of " + weight.length);
  }

  @Test
  void schedulesReachTheirGoal() {
    List<PruneSchedule.Removal> cubic = PruneSchedule.cubic(1, 3, 3).removals(0.9, 10);
    assertEquals(List.of(10L, 20L, 30L), cubic.stream().map(r -> r.step()).toList());
    assertEquals(0.9 * (1 - 8 / 27.0), cubic.get(0).sparsity(), 1e-9);
    assertEquals(0.9, cubic.get(2).sparsity());
    assertEquals(0.5, PruneSchedule.iterative(0, 1, 2).removals(0.75, 10).get(0).sparsity(), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> PruneSchedule.cubic(3, 1, 3));
  }

  @Test
  void pruningAfterTheEndIsRefused() {
    ScheduledPruning late =
        new ScheduledPruning(
            PruneSpec.parse("unstructured:0.5"), PruneSchedule.oneShot(5), Importance.MAGNITUDE);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(TrainSettings.sgd(1, 32, 0.02), late)
                    .train(network(), DATA, null, TrainListener.NONE));
    assertTrue(e.getMessage().contains("epoch 5"), e.getMessage());
  }
}
