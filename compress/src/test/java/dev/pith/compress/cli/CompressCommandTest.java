package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pith.compress.data.Npy;
import dev.pith.compress.export.OnnxExporter;
import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Linear;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code pith compress} from an ONNX file to a file that other commands read. */
class CompressCommandTest extends CommandContract {

  private static final int SAMPLES = 64;
  private static final int WIDTH = 64;

  /**
   * Two classes told apart by the sign of x0, which is small; the last input is large, so that one
   * scale for all of x leaves nothing of x0.
   */
  @BeforeEach
  void makeNetwork() throws IOException {
    Random random = new Random(1);
    float[] first = new float[WIDTH * WIDTH];
    for (int i = 0; i < first.length; i++) {
      first[i] = random.nextFloat(1e-6f, 2e-6f);
    }
    for (int i = 0; i < WIDTH; i++) {
      first[i * WIDTH + i] = i == WIDTH - 1 ? 0 : 1;
    }
    float[] second = new float[2 * WIDTH];
    second[0] = 1;
    second[WIDTH] = -1;
    Graph graph =
        new Graph(
            "signs",
            List.of(new ValueInfo("x", DType.F32, List.of(Dim.symbol("n"), Dim.of(WIDTH)))),
            List.of(new ValueInfo("y", DType.F32, List.of(Dim.symbol("n"), Dim.of(2)))),
            List.of(
                new Node("wide", new Linear(Activation.NONE), List.of("x", "a"), List.of("h")),
                new Node("head", new Linear(Activation.NONE), List.of("h", "b"), List.of("y"))),
            Map.of("a", Tensor.of(first, WIDTH, WIDTH), "b", Tensor.of(second, 2, WIDTH)));
    OnnxExporter.write(graph, folder.resolve("signs.onnx"));
    float[] x = new float[SAMPLES * WIDTH];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = random.nextInt(2);
      x[i * WIDTH] = labels[i] == 0 ? 2 : -2;
      x[i * WIDTH + WIDTH - 1] = random.nextFloat(-2000, 2000);
    }
    Npy.write(folder.resolve("sx.npy"), Tensor.of(x, SAMPLES, WIDTH));
    Npy.write(folder.resolve("sy.npy"), Tensor.of(labels, SAMPLES));
  }

  private static final String DATA = "npy:DIR/sx.npy,DIR/sy.npy";

  @Test
  void layersThatCostAccuracyStayInFloatingPoint() throws IOException {
    String compress = "compress DIR/signs.onnx DIR/s.pith --quantize int8 --ranges minmax";
    String data = " --calibrate " + DATA + " --evaluate " + DATA + " --json";
    JsonNode free = json(compress + data);
    assertEquals(1.0, free.get("top1_before").asDouble());
    assertTrue(free.get("top1_after").asDouble() < 0.8, free.toString());
    assertEquals(0, free.get("kept").size());
    JsonNode held = json(compress + data + " --max-drop 0.01 --force");
    assertEquals(1.0, held.get("top1_after").asDouble(), held.toString());
    assertEquals(1.0, held.get("top1_before_quantizing").asDouble());
    assertEquals("wide", held.get("kept").get(0).asText());
    Ran text =
        here(compress + " --calibrate " + DATA + " --max-drop 0.01 --force --evaluate " + DATA);
    assertTrue(text.out().contains("left in floating point: wide"), text.out());
    assertTrue(text.out().contains("top-1 100.00 % before, 100.00 % after"), text.out());
    JsonNode eval = json("eval DIR/s.pith --data " + DATA + " --json");
    assertEquals(1.0, eval.get("results").get(0).get("top1").asDouble());
  }

  @Test
  void preprocessSettingsAreRemembered() throws IOException {
    int pixels = 3 * 32 * 32;
    float[] weights = new float[2 * pixels];
    Arrays.fill(weights, 0, pixels, 1f / pixels);
    Graph graph =
        new Graph(
            "bright",
            List.of(image()),
            List.of(new ValueInfo("y", DType.F32, List.of(Dim.symbol("n"), Dim.of(2)))),
            List.of(
                new Node("flat", new Flatten(1), List.of("x"), List.of("f")),
                new Node(
                    "mean", new Linear(Activation.NONE), List.of("f", "w", "b"), List.of("y"))),
            Map.of("w", Tensor.of(weights, 2, pixels), "b", Tensor.of(new float[] {0, 0.5f}, 2)));
    OnnxExporter.write(graph, folder.resolve("bright.onnx"));
    byte[] records = new byte[8 * (1 + pixels)];
    for (int i = 0; i < 8; i++) {
      records[i * (1 + pixels)] = (byte) (i % 2);
      int from = i * (1 + pixels) + 1;
      Arrays.fill(records, from, from + pixels, (byte) (i % 2 == 0 ? 200 : 40));
    }
    Files.write(folder.resolve("grey.bin"), records);
    String data = "cifar10:DIR/grey.bin";
    String compress = "compress DIR/bright.onnx DIR/b.pith --force --evaluate ";
    assertEquals(0, here(compress + data + "?scale=0.00392157").code());
    assertEquals(1.0, top1("eval DIR/b.pith --json --data " + data));
    assertEquals(0, here(compress + data).code());
    assertEquals(0.5, top1("eval DIR/b.pith --json --data " + data));
  }

  private static ValueInfo image() {
    return new ValueInfo(
        "x", DType.F32, List.of(Dim.symbol("n"), Dim.of(3), Dim.of(32), Dim.of(32)));
  }

  private double top1(String command) throws IOException {
    return json(command).get("results").get(0).get("top1").asDouble();
  }

  @Test
  void prunedLayersStayDenseWhereSparseIsSlower() throws IOException {
    String compress = "compress DIR/signs.onnx DIR/s.pith --prune unstructured:0.5,first=pruned";
    JsonNode known = json(compress + " --json");
    assertEquals("wide", known.get("left_dense").get(0).asText());
    Ran text = here(compress + " --force");
    assertTrue(text.out().contains("stored dense, as sparse kernels would be slower"), text.out());
    JsonNode smallest = json(compress + " --layouts smallest --force --json");
    assertEquals(0, smallest.get("left_dense").size());
    JsonNode layers = json("inspect DIR/s.pith --json").get("layers");
    assertFalse(layers.get(0).get("layout").asText().equals("dense"), layers.toString());
    assertEquals(0, here(compress + " --layouts measured --force").code());
    assertEquals(2, here(compress + " --layouts best --force").code());
  }

  @Test
  void reducedRangeIsRememberedAndShown() throws IOException {
    String compress = "compress DIR/signs.onnx DIR/r.pith --quantize int8-dynamic --reduce-range";
    assertEquals(0, here(compress).code());
    JsonNode inspected = json("inspect DIR/r.pith --json");
    assertEquals(63, inspected.get("layers").get(0).get("largest_weight").asInt());
    String recipe = inspected.get("provenance").get("recipe").asText();
    assertTrue(recipe.contains("\"reduce_range\":true"), recipe);
    Ran text = here("inspect DIR/r.pith");
    assertTrue(text.out().contains("reduced range: weights of 2 of 2 int8 layers"), text.out());
    assertEquals(2, here("compress DIR/signs.onnx DIR/r.pith --reduce-range --force").code());
  }

  @Test
  void nothingIsReplacedWithoutForce() throws IOException {
    assertEquals(0, here("compress DIR/signs.onnx DIR/s.pith").code());
    byte[] before = Files.readAllBytes(folder.resolve("s.pith"));
    Ran again = here("compress DIR/signs.onnx DIR/s.pith --prune unstructured:0.5");
    assertEquals(2, again.code());
    assertTrue(again.err().contains("--force"), again.err());
    assertTrue(Arrays.equals(before, Files.readAllBytes(folder.resolve("s.pith"))));
  }
}
