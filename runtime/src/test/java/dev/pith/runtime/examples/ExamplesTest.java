package dev.pith.runtime.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.examples.ImageClassification.Guess;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Reshape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples on a network that tells which quarter of an image is the brightest. */
class ExamplesTest {

  private static final int SIDE = 32;
  private static final int QUARTERS = 4;

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    float[] weights = new float[QUARTERS * 3 * SIDE * SIDE];
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
      weights[quarter(i % (SIDE * SIDE)) * 3 * SIDE * SIDE + i] = 0.01f;
    }
    Graph graph =
        new Graph(
            "quarters",
            List.of(
                new ValueInfo(
                    "image",
                    DType.F32,
                    List.of(Dim.symbol("N"), Dim.of(3), Dim.of(SIDE), Dim.of(SIDE)))),
            List.of(new ValueInfo("logits", DType.F32, List.of(Dim.symbol("N"), Dim.of(QUARTERS)))),
            List.of(
                new Node("flat", new Reshape(false), List.of("image", "shape"), List.of("flat")),
                new Node(
                    "linear",
                    new Linear(Activation.NONE),
                    List.of("flat", "weight"),
                    List.of("logits"))),
            new LinkedHashMap<>(
                Map.of(
                    "shape", Tensor.of(new long[] {0, 3 * SIDE * SIDE}, 2),
                    "weight", Tensor.of(weights, QUARTERS, 3 * SIDE * SIDE))));
    model = folder.resolve("quarters.pith");
    ModelWriter.write(model, graph, Provenance.NONE);
  }

  private static int quarter(int pixel) {
    return pixel / SIDE / (SIDE / 2) * 2 + pixel % SIDE / (SIDE / 2);
  }

  /** A dark image of twice the size with one bright quarter. */
  private Path image(String name, int bright) throws IOException {
    BufferedImage image = new BufferedImage(2 * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 2 * SIDE; y++) {
      for (int x = 0; x < 2 * SIDE; x++) {
        image.setRGB(x, y, y / SIDE * 2 + x / SIDE == bright ? 0xffe0c0 : 0x102030);
      }
    }
    Path file = folder.resolve(name);
    assertTrue(ImageIO.write(image, "png", file.toFile()));
    return file;
  }

  @Test
  void anImageIsClassified() throws IOException {
    List<Guess> guesses = ImageClassification.classify(model, image("a.png", 2), 3);
    assertEquals(3, guesses.size());
    assertEquals(2, guesses.get(0).label());
    assertTrue(guesses.get(0).probability() > 0.9, guesses.toString());
  }

  @Test
  void aFolderIsScoredInBatches() throws IOException {
    Map<Path, Integer> expected = new LinkedHashMap<>();
    for (int i = 0; i < 7; i++) {
      expected.put(image("image" + i + ".png", 3 * i % QUARTERS), 3 * i % QUARTERS);
    }
    Files.writeString(folder.resolve("notes.txt"), "no image");
    assertEquals(expected, FolderScoring.score(model, folder, 3));
  }

  @Test
  void requestsOfManyThreadsAreServed()
      throws IOException, InterruptedException, ExecutionException {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < QUARTERS; i++) {
      inputs.add(Images.batch(List.of(Images.read(image(i + ".png", i), SIDE, SIDE)), 0.5f, 0.25f));
    }
    try (Serving serving = new Serving(model, inputs.get(0))) {
      long weights = serving.weightBytes();
      List<Future<Tensor>> answers = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        answers.add(serving.submit(inputs.get(i % QUARTERS)));
      }
      for (int i = 0; i < answers.size(); i++) {
        float[] logits = answers.get(i).get().toFloats();
        for (int c = 0; c < QUARTERS; c++) {
          assertTrue(c == i % QUARTERS || logits[c] < logits[i % QUARTERS], "request " + i);
        }
      }
      assertEquals(weights, serving.weightBytes());
    }
  }

  @Test
  void pixelsOfASmallMachineAreClassified() throws IOException {
    byte[] pixels = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (quarter(i % (SIDE * SIDE)) == 1 ? 250 : 20);
    }
    try (Model loaded = Model.load(model);
        Session session = loaded.newSession(SessionOptions.defaults())) {
      assertEquals(1, SmallMachine.classify(loaded, session, pixels));
      assertThrows(IOException.class, () -> SmallMachine.classify(loaded, session, new byte[7]));
    }
  }
}
