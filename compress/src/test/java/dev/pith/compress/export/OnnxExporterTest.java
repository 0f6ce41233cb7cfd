package dev.pith.compress.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.pith.compress.pack.Packer;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.compress.testing.Nets;
import dev.pith.compress.testing.Peer;
import dev.pith.kernels.Activation;
import dev.pith.kernels.Target;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Cumulative;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unary;
import dev.pith.runtime.plan.GraphEvaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxExporterTest {

  private static final SessionOptions OPTIONS =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(1)
          .withSelection(KernelSelection.PREFERRED);

  private static float[] run(Graph graph, Tensor x) {
    return new GraphEvaluator(Target.plainCpu(1))
        .run(graph, Map.of("x", x))
        .values()
        .iterator()
        .next()
        .toFloats();
  }

  private static void assertPeerAgrees(Graph graph, Tensor x, double tolerance)
      throws OrtException {
    float[] expected = run(graph, x);
    try (Peer peer = new Peer(OnnxExporter.toBytes(graph))) {
      float[] actual = peer.run(x);
      assertEquals(expected.length, actual.length);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], actual[i], tolerance * (1 + Math.abs(expected[i])), "at " + i);
      }
    }
  }

  private static Pool pool(PoolFunction function) {
    ConvWindow window =
        new ConvWindow(List.of(2L, 2L), List.of(1L, 1L), List.of(1L, 0L), List.of(0L, 1L), 1);
    return new Pool(function, List.of(2L, 2L), window, AutoPad.NONE, false, true, 2, false);
  }

  /** Convolutions, sums, joins and pools, without a softmax behind. */
  private static Graph net() {
    Nets net = new Nets(3);
    String stem = net.conv("stem", "x", 3, 16, 3, Activation.RELU);
    String a = net.conv("a", stem, 16, 16, 3, Activation.NONE);
    String sum =
        net.node(
            "relu",
            Unary.of(UnaryFunction.RELU),
            net.node("sum", new Binary(BinaryFunction.ADD), a, stem));
    String dw = net.conv("dw", sum, 16, 16, 3, 1, 16, Activation.clip(0, 6));
    String b = net.conv("b", dw, 16, 8, 1, new Activation(Activation.Kind.SILU, 0, 0));
    String x = net.node("joined", new Concat(1), b, sum);
    x = net.node("max", pool(PoolFunction.MAX), x);
    x = net.node("average", pool(PoolFunction.AVERAGE), x);
    x = net.conv("c", x, 24, 20, 3, new Activation(Activation.Kind.HARD_SWISH, 0, 0));
    x = net.node("global", new Reduce(ReduceFunction.MEAN, List.of(2L, 3L), true, false), x);
    x = net.node("flat", new Flatten(1), x);
    net.linear("fc", x, 20, 10, Activation.NONE);
    return net.graph("fc", 3, 8, 8);
  }

  @Test
  void floatGraphsAgree() throws OrtException {
    assertPeerAgrees(net(), Nets.input(5, 3, 3, 8, 8), 1e-4);
  }

  @Test
  void residualsTokensAndNormsAgree() throws OrtException {
    Nets net = new Nets(4);
    String x = net.linear("embed", "x", 12, 16, new Activation(Activation.Kind.GELU, 0, 0));
    String q = net.linear("q", x, 16, 16, Activation.NONE);
    String k = net.linear("k", x, 16, 16, Activation.NONE);
    String scores = net.node("scores", new MatMul(false, true, 0.25f), q, k);
    scores = net.node("soft", new Softmax(SoftmaxFunction.SOFTMAX, -1, false), scores);
    x = net.node("mixed", new MatMul(false, false, 1), scores, x);
    x = net.node("turned", new Transpose(List.of(0L, 2L, 1L)), x);
    net.constant(
        "variance", Tensor.of(new float[] {1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6}, 16));
    x =
        net.node(
            "norm",
            new BatchNorm(1e-5f),
            x,
            net.normal("scale", 1, 16),
            net.normal("shift", 1, 16),
            net.normal("mean", 1, 16),
            "variance");
    String shape = net.constant("shape", Tensor.of(new long[] {0, -1}, 2));
    x = net.node("flat", new Reshape(false), x, shape);
    net.linear("fc", x, 16 * 5, 10, Activation.NONE);
    assertPeerAgrees(net.graph("fc", 5, 12), Nets.input(5, 3, 5, 12), 1e-4);
  }

  @Test
  void softmaxOverSeveralAxesAgrees() throws OrtException {
    Nets net = new Nets(1);
    net.node("y", new Softmax(SoftmaxFunction.SOFTMAX, 1, true), "x");
    assertPeerAgrees(net.graph("y", 3, 4), Nets.input(5, 2, 3, 4), 1e-5);
  }

  @Test
  void weightsNarrowerThanActivationsAreWidened() throws OrtException {
    Nets net = new Nets(1);
    net.linear("y", "x", 6, 5, Activation.NONE);
    byte[] halves = new byte[60];
    for (int i = 0; i < 30; i++) {
      short bits = Float.floatToFloat16((i - 15) * 0.125f);
      halves[2 * i] = (byte) bits;
      halves[2 * i + 1] = (byte) (bits >> 8);
    }
    net.constant("y_w", Tensor.ofBytes(DType.F16, halves, 5, 6));
    assertPeerAgrees(net.graph("y", 6), Nets.input(5, 4, 6), 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void activationsAgree(Activation.Kind kind) throws OrtException {
    Nets net = new Nets(4);
    float beta = kind == Activation.Kind.CLIP ? 0.7f : 0.5f;
    net.linear("y", "x", 6, 5, new Activation(kind, 0.2f, beta));
    assertPeerAgrees(net.graph("y", 6), Nets.input(5, 9, 6), 1e-4);
  }

  @ParameterizedTest
  @EnumSource(
      value = UnaryFunction.class,
      names = {"NOT", "BITWISE_NOT", "IS_NAN", "IS_INF"},
      mode = EnumSource.Mode.EXCLUDE)
  void functionsAgree(UnaryFunction function) throws OrtException {
    Nets net = new Nets(4);
    net.node("positive", Unary.of(UnaryFunction.SIGMOID), "x");
    boolean above = function == UnaryFunction.ACOSH;
    String x = "positive";
    if (above) {
      net.constant("one", Tensor.scalar(1f));
      x = net.node("above", new Binary(BinaryFunction.ADD), "positive", "one");
    }
    net.node("y", new Unary(function, 0.3f, 0.6f), x);
    assertPeerAgrees(net.graph("y", 6), Nets.input(5, 9, 6), 1e-4);
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryFunction.class,
      names = {"ADD", "SUB", "MUL", "DIV", "MIN", "MAX", "PRELU", "REMAINDER"})
  void binaryFunctionsAgree(BinaryFunction function) throws OrtException {
    Nets net = new Nets(4);
    net.node("y", new Binary(function), "x", net.normal("c", 1, 6));
    assertPeerAgrees(net.graph("y", 6), Nets.input(5, 9, 6), 1e-4);
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryFunction.class,
      names = {"EQUAL", "LESS", "GREATER", "LESS_OR_EQUAL", "GREATER_OR_EQUAL"})
  void comparisonsAgree(BinaryFunction function) throws OrtException {
    Nets net = new Nets(4);
    net.node("holds", new Binary(function), "x", net.normal("c", 1, 6));
    net.node("y", new Cast(DType.F32), "holds");
    assertPeerAgrees(net.graph("y", 6), Nets.input(5, 9, 6), 0);
  }

  private static Graph quantized(Graph graph, String mode) {
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      samples.add(Map.of("x", Nets.input(50 + i, 1, 3, 8, 8)));
    }
    return new Quantizer(QuantizeSpec.parse(mode), OPTIONS).apply(graph, samples, done -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "int8-weights"})
  void quantizedGraphsAgree(String mode) throws OrtException {
    Graph graph = quantized(net(), mode);
    Tensor x = Nets.input(5, 16, 3, 8, 8);
    // Engines may differ by a step of the output where a sum lies between two values.
    assertPeerAgrees(graph, x, mode.equals("int8") ? 0.03 : 1e-4);
    float[] expected = run(net(), x);
    float[] actual = run(graph, x);
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    assertTrue(error / norm < 0.01, "int8 itself is off: " + error / norm);
  }

  @Test
  void thePeerRunsInt8Kernels(@TempDir Path folder) throws OrtException, IOException {
    Path optimized = folder.resolve("optimized.onnx");
    Map<String, Long> operators =
        Peer.optimizedOperators(OnnxExporter.toBytes(quantized(net(), "int8")), optimized);
    assertEquals(5, operators.get("QLinearConv"), operators.toString());
    assertEquals(1, operators.get("QGemm"), operators.toString());
    assertEquals(1, operators.get("QLinearAdd"), operators.toString());
    assertFalse(operators.containsKey("Conv"), operators.toString());
    assertFalse(operators.containsKey("Gemm"), operators.toString());
  }

  @Test
  void dynamicLayersKeepTheirInt8Weights() throws OrtException {
    Graph graph = quantized(net(), "int8-dynamic");
    assertPeerAgrees(graph, Nets.input(5, 4, 3, 8, 8), 0.05);
  }

  @Test
  void zerosStayInPlace() throws OrtException {
    Graph pruned = Pruner.prune(net(), PruneSpec.parse("block2x4:0.6,min=1"));
    assertPeerAgrees(Packer.pack(pruned), Nets.input(5, 2, 3, 8, 8), 1e-4);
    assertPeerAgrees(Packer.pack(quantized(pruned, "int8")), Nets.input(5, 2, 3, 8, 8), 0.03);
  }

  @Test
  void everythingThatOnnxLacksIsNamedAtOnce() {
    Nets net = new Nets(1);
    net.constant("axis", Tensor.of(new long[] {1}, 1));
    net.node("a", new Cumulative(BinaryFunction.MUL, false, false), "x", "axis");
    Pool same =
        new Pool(
            PoolFunction.MAX,
            List.of(2L),
            ConvWindow.plain(1),
            AutoPad.SAME_UPPER,
            false,
            false,
            2,
            false);
    net.node("c", same, "a");
    Graph graph = net.graph("c", 3, 4);
    OnnxExportException error =
        assertThrows(OnnxExportException.class, () -> OnnxExporter.toBytes(graph));
    assertEquals(2, error.nodes().size());
    assertTrue(error.getMessage().contains("a (Cumulative)"));
    assertTrue(error.getMessage().contains("c (Pool)"));
  }

  @Test
  void theFileAppearsWholeOrNotAtAll(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.onnx");
    OnnxExporter.write(net(), file);
    assertArrayEquals(OnnxExporter.toBytes(net()), Files.readAllBytes(file));
    byte[] before = Files.readAllBytes(file);
    Nets bad = new Nets(1);
    bad.constant("axis", Tensor.of(new long[] {1}, 1));
    bad.node("a", new Cumulative(BinaryFunction.MUL, false, false), "x", "axis");
    assertThrows(OnnxExportException.class, () -> OnnxExporter.write(bad.graph("a", 3, 4), file));
    assertArrayEquals(before, Files.readAllBytes(file));
    assertEquals(1, folder.toFile().list().length);
    assertFalse(Files.exists(folder.resolve("missing")));
    assertThrows(
        IOException.class,
        () -> OnnxExporter.write(net(), folder.resolve("missing").resolve("net.onnx")));
  }
}
