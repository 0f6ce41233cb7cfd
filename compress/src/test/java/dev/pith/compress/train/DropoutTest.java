package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropoutTest {

  private static final SyntheticData DATA = new SyntheticData(256, 4, 1.5f, 1, 1, 6, 6);

  private static Graph network() {
    return Networks.LENET_300_100.create(Shape.of(1, 6, 6), 4, 1);
  }

  private static Trainer trainer(TrainSettings settings, double probability) {
    return new Trainer(settings, new Dropout(probability));
  }

  @Test
  void hiddenElementsAreLeftOutWhileTrainingOnly(@TempDir Path directory) throws IOException {
    assertEquals(2, Dropout.hidden(network()).size(), "three layers, the first reads the input");
    TrainSettings settings = TrainSettings.sgd(3, 32, 0.02);
    Trainer.Result plain = new Trainer(settings).train(network(), DATA, DATA, p -> {});
    Trainer.Result dropped = trainer(settings, 0.5).train(network(), DATA, DATA, p -> {});
    assertNotEquals(Weights.hash(plain), Weights.hash(dropped));
    assertTrue(dropped.loss() > plain.loss(), dropped.loss() + " is not above " + plain.loss());
    assertTrue(dropped.accuracy() > 0.9, "accuracy " + dropped.accuracy());

    Path file = directory.resolve("checkpoint");
    assertThrows(
        IllegalStateException.class,
        () ->
            trainer(settings, 0.5)
                .withCheckpoint(file, false)
                .train(
                    network(),
                    DATA,
                    null,
                    p -> {
                      if (p.step() == 11) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    Trainer.Result resumed =
        trainer(settings, 0.5).withCheckpoint(file, true).train(network(), DATA, null, p -> {});
    assertEquals(Weights.hash(dropped), Weights.hash(resumed));
  }

  @Test
  void nothingToLeaveOutIsAnError() {
    NetworkBuilder net = new NetworkBuilder("one", 3);
    Graph graph = net.build(net.linear(net.flatten(net.input("x", 1, 6, 6)), 4, 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> trainer(TrainSettings.sgd(1, 16, 0.1), 0.5).train(graph, DATA, null, p -> {}));
    assertTrue(e.getMessage().contains("dropout needs linear layers"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Dropout(1));
  }
}
