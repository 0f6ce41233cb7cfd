package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.pack.Packer;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Whole networks in int8 give on a device the bytes they give on the CPU, and one in fp32 the same
 * within 1e-4.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Int8DeviceModels {

  static final SessionOptions CPU =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(2)
          .withSelection(KernelSelection.PREFERRED);

  static final String MEAN = "scale=1/255&mean=0.4914,0.4822,0.4465";

  static Path data;
  static RealInputs inputs;

  /** A session on the device under test. */
  abstract Session open(Model model);

  @BeforeEach
  void findData() {
    String property = System.getProperty("pith.data", "");
    assumeTrue(!property.isBlank(), "pith.data is not set");
    data = Path.of(property);
    inputs = new RealInputs(data);
  }

  static Graph imported(String file) throws Exception {
    return Pipeline.standard().run(OnnxImporter.read(data.resolve("models/" + file)));
  }

  /** Runs the graph on both devices; 0 asks for the same bytes. */
  final void agrees(Graph graph, List<Map<String, Tensor>> runs, double tolerance) {
    try (Model model = Model.of(graph);
        Session cpu = model.newSession(CPU);
        Session device = open(model)) {
      for (Map<String, Tensor> run : runs) {
        Map<String, Tensor> expected = cpu.run(run);
        Map<String, Tensor> actual = device.run(run);
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, tensor) -> compare(name, tensor, actual.get(name), tolerance));
      }
    }
  }

  static void compare(String name, Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.toString(), actual.toString());
    if (tolerance == 0) {
      assertEquals(-1, expected.values().mismatch(actual.values()), name);
      return;
    }
    double largest = 0;
    double difference = 0;
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      largest = Math.max(largest, Math.abs(expected.getDouble(i)));
      difference = Math.max(difference, Math.abs(expected.getDouble(i) - actual.getDouble(i)));
    }
    assertTrue(difference <= tolerance * largest, name + " is off by " + difference);
  }

  static List<Map<String, Tensor>> named(String input, List<Tensor> samples) {
    List<Map<String, Tensor>> runs = new ArrayList<>();
    samples.forEach(sample -> runs.add(Map.of(input, sample)));
    return runs;
  }

  @Test
  void residualNetworkInFp32AndCompressed() throws Exception {
    Graph graph = imported("cifar10_resnet_2b.onnx");
    List<Tensor> images = inputs.cifar(MEAN + "&std=0.2471,0.2435,0.2616", 4, 1);
    List<Map<String, Tensor>> runs = named("input.1", images);
    agrees(graph, runs, 1e-4);
    for (String spec : List.of("unstructured:0.8", "block2x4:0.7", "nm2:4")) {
      Graph pruned = Pruner.prune(graph, PruneSpec.parse(spec));
      Graph small = new Quantizer(QuantizeSpec.parse("int8"), CPU).apply(pruned, runs, done -> {});
      agrees(Packer.pack(small), runs, 0);
    }
  }

  @Test
  void mobilenetInInt8() throws Exception {
    List<Tensor> images = inputs.cifar(MEAN + "&std=0.2023,0.1994,0.2010", 2, 1);
    agrees(imported("cifar10_mobilenetv2_qlinear_int8.onnx"), named("input.1", images), 0);
  }
}
