package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightSharingTest {

  private static final SyntheticData DATA = new SyntheticData(256, 4, 1.5f, 1, 1, 6, 6);

  @Test
  void sharedValuesLearnTogetherAndZerosStay(@TempDir Path directory) throws IOException {
    Graph dense =
        new Trainer(TrainSettings.sgd(2, 16, 0.05))
            .train(Networks.LENET_300_100.create(Shape.of(1, 6, 6), 4, 1), DATA, null, p -> {})
            .graph();
    Graph sparse = Pruner.prune(dense, PruneSpec.parse("unstructured:0.8,first=pruned"));
    TrainSettings settings = TrainSettings.sgd(2, 32, 0.01);
    Trainer.Result shared =
        new Trainer(settings, new WeightSharing(3)).train(sparse, DATA, DATA, p -> {});
    assertTrue(shared.accuracy() > 0.9, "accuracy " + shared.accuracy());
    for (String name : shared.graph().constants().keySet()) {
      if (name.endsWith(".weight")) {
        float[] before = Weights.floats(sparse, name);
        float[] after = Weights.floats(shared.graph(), name);
        Set<Float> values = new HashSet<>();
        for (int i = 0; i < after.length; i++) {
          values.add(after[i]);
          assertEquals(before[i] == 0, after[i] == 0, name + "[" + i + "]");
        }
        assertTrue(values.size() <= 8, name + " has " + values);
      }
    }
    Path file = directory.resolve("checkpoint");
    assertThrows(
        IllegalStateException.class,
        () ->
            new Trainer(settings, new WeightSharing(3))
                .withCheckpoint(file, false)
                .train(
                    sparse,
                    DATA,
                    null,
                    p -> {
                      if (p.step() == 11) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    Trainer.Result resumed =
        new Trainer(settings, new WeightSharing(3))
            .withCheckpoint(file, true)
            .train(sparse, DATA, null, p -> {});
    assertEquals(Weights.hash(shared), Weights.hash(resumed));
  }

  @Test
  void codebooksAreTheMeansOfTheirWeights() {
    float[] weight = {0, 1, 1.2f, 5, 0, 5.2f, -3, -3};
    Codebook book = Codebook.of(weight, 3);
    assertArrayEquals(new float[] {-3, 1.1f, 5.1f}, book.values(), 1e-6f);
    assertArrayEquals(new int[] {0, 2, 2, 3, 0, 3, 1, 1}, book.codes());
    assertArrayEquals(new int[2], Codebook.of(new float[2], 3).codes());
  }

  @Test
  void slimmingShrinksScales() throws IOException {
    NetworkBuilder net = new NetworkBuilder("norm", 3);
    String x = net.batchNorm(net.conv(net.input("x", 1, 6, 6), 6, 3, 1, 1));
    Graph graph = net.build(net.linear(net.flatten(net.relu(x)), 4, 1));
    TrainSettings settings = TrainSettings.sgd(3, 16, 0.02);
    float[] plain =
        Weights.floats(
            new Trainer(settings).train(graph, DATA, null, p -> {}).graph(), "norm2.scale");
    float[] slim =
        Weights.floats(
            new Trainer(settings, new Slimming(0.05)).train(graph, DATA, null, p -> {}).graph(),
            "norm2.scale");
    double before = 0;
    double after = 0;
    for (int i = 0; i < plain.length; i++) {
      before += Math.abs(plain[i]);
      after += Math.abs(slim[i]);
    }
    assertTrue(after < before - 0.3, before + " became " + after);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Trainer(settings, new Slimming(0.1))
                .train(
                    Networks.LENET_300_100.create(Shape.of(1, 6, 6), 4, 1), DATA, null, p -> {}));
  }
}
