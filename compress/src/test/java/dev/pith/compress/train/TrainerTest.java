package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {

  private static final SyntheticData DATA = new SyntheticData(256, 4, 1.5f, 1, 1, 6, 6);
  private static final SyntheticData HELD_OUT = new SyntheticData(200, 4, 1.5f, 9999, 1, 6, 6);

  private static Graph network(long seed) {
    return Networks.LENET_300_100.create(Shape.of(1, 6, 6), 4, seed);
  }

  @Test
  void lossFallsAndTheNetworkLearns() throws IOException {
    List<TrainListener.Progress> heard = new ArrayList<>();
    Trainer.Result result =
        new Trainer(TrainSettings.sgd(3, 16, 0.05)).train(network(1), DATA, HELD_OUT, heard::add);
    double first = heard.get(0).loss();
    assertTrue(result.loss() < first / 4, "loss fell from " + first + " to " + result.loss());
    assertTrue(result.accuracy() > 0.95, "accuracy is " + result.accuracy());
    TrainListener.Progress last = heard.get(heard.size() - 1);
    assertTrue(last.epochEnd());
    assertEquals(48, last.steps());
    assertEquals(3.0, last.epoch());
    assertEquals(result.accuracy(), last.validation());
  }

  @Test
  void equalSeedsGiveEqualBitsAndOthersDoNot() throws IOException {
    TrainSettings settings =
        TrainSettings.adam(1, 32, 1e-3).withAugmentations(new Augmentation.Shift(1, 0));
    String first = Weights.hash(new Trainer(settings).train(network(1), DATA, null, p -> {}));
    String again = Weights.hash(new Trainer(settings).train(network(1), DATA, null, p -> {}));
    String other =
        Weights.hash(new Trainer(settings.withSeed(5)).train(network(1), DATA, null, p -> {}));
    assertEquals(first, again);
    assertTrue(!first.equals(other));
  }

  @Test
  void resumedTrainingEndsWithTheSameBits(@TempDir Path directory) throws IOException {
    for (TrainSettings settings :
        List.of(TrainSettings.sgd(2.5, 32, 0.02), TrainSettings.adam(2.5, 32, 1e-3))) {
      Path file = directory.resolve("checkpoint-" + settings.optimizer().kind());
      String whole = Weights.hash(new Trainer(settings).train(network(1), DATA, null, p -> {}));
      Trainer interrupted = new Trainer(settings).withCheckpoint(file, false);
      assertThrows(
          IllegalStateException.class,
          () ->
              interrupted.train(
                  network(1),
                  DATA,
                  null,
                  p -> {
                    if (p.step() == 13) {
                      throw new IllegalStateException("interrupted");
                    }
                  }));
      List<Long> steps = new ArrayList<>();
      Trainer resumed = new Trainer(settings).withCheckpoint(file, true);
      String end = Weights.hash(resumed.train(network(77), DATA, null, p -> steps.add(p.step())));
      assertEquals(whole, end);
      assertEquals(9, steps.get(0), "the first epoch has 8 steps and is not repeated");
    }
  }

  @Test
  void checkpointsOfOtherSettingsAndDamagedOnesAreRefused(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("checkpoint");
    TrainSettings settings = TrainSettings.sgd(1, 64, 0.02);
    new Trainer(settings).withCheckpoint(file, false).train(network(1), DATA, null, p -> {});
    Trainer other = new Trainer(settings.withSeed(3)).withCheckpoint(file, true);
    assertThrows(
        IllegalArgumentException.class, () -> other.train(network(1), DATA, null, p -> {}));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Trainer same = new Trainer(settings).withCheckpoint(file, true);
    assertThrows(IOException.class, () -> same.train(network(1), DATA, null, p -> {}));
  }

  @Test
  void nativeMemoryStaysFlat() throws IOException {
    SyntheticData data = new SyntheticData(64, 4, 1, 1, 1, 28, 28);
    Graph graph = Networks.LENET_300_100.create(Shape.of(1, 28, 28), 4, 1);
    List<Long> bytes = new ArrayList<>();
    new Trainer(TrainSettings.adam(125, 8, 1e-4))
        .train(graph, data, null, p -> bytes.add(Pointer.physicalBytes()));
    // A number for each step, one more at the end of each epoch.
    assertEquals(1000 + 125, bytes.size());
    long early = bytes.get(40);
    long late = bytes.get(bytes.size() - 1);
    assertTrue(late - early < 24L << 20, "grew from " + early + " to " + late);
    assertTrue(Pointer.totalBytes() < 1L << 20, "still held: " + Pointer.totalBytes());
  }

  @Test
  void dataThatDoesNotFitIsRefused() {
    SyntheticData manyClasses = new SyntheticData(20, 9, 1, 1, 1, 6, 6);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(TrainSettings.sgd(1, 20, 0.1))
                    .train(network(1), manyClasses, null, p -> {}));
    assertTrue(e.getMessage().contains("label 8"), e.getMessage());
  }
}
