package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  /** What the other process does: trains for 1,000 steps and prints its memory after each. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      SyntheticData data = new SyntheticData(64, 4, 1, 1, 1, 28, 28);
      Graph graph = Networks.LENET_300_100.create(Shape.of(1, 28, 28), 4, 1);
      List<Long> bytes = new ArrayList<>();
      new Trainer(TrainSettings.adam(125, 8, 1e-4))
          .train(graph, data, null, p -> bytes.add(Pointer.physicalBytes()));
      bytes.add(Pointer.totalBytes());
      bytes.forEach(System.out::println);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In a process of its own with all of its heap touched, so that only native memory can grow. */
  @Test
  void nativeMemoryStaysFlat(@TempDir Path directory) throws IOException, InterruptedException {
    Path errors = directory.resolve("errors");
    String classes = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", classes),
                Child.class.getName())
            .redirectError(errors.toFile())
            .start();
    List<Long> bytes = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      output.lines().forEach(line -> bytes.add(Long.parseLong(line)));
    }
    assertEquals(0, process.waitFor(), () -> text(errors));
    // A number for each step, one more at the end of each epoch, and what is still held.
    assertEquals(1000 + 125 + 1, bytes.size());
    long held = bytes.removeLast();
    long early = bytes.get(40);
    long late = bytes.getLast();
    assertTrue(late - early < 24L << 20, "grew from " + early + " to " + late);
    assertTrue(held < 1L << 20, "still held: " + held);
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
