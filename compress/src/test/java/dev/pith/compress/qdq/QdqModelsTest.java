package dev.pith.compress.qdq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnxruntime.OrtException;
import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.testing.Nets;
import dev.pith.compress.testing.OnnxModel;
import dev.pith.compress.testing.Peer;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.plan.GraphEvaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Quantized models as other tools write them, by hand: which operations are left, and that ONNX
 * Runtime's results are at most one step away.
 */
class QdqModelsTest {

  private static final AttributeProto[] NONE = {};

  @TempDir Path folder;

  private Graph imported(OnnxModel model) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), model.toBytes());
    return Pipeline.standard().run(OnnxImporter.read(file));
  }

  private static List<String> operations(Graph graph) {
    return graph.nodes().stream().map(node -> node.op().name()).sorted().toList();
  }

  /** Checks the operations left, and the answers with {@code step} as one step of the output. */
  private Graph becomes(OnnxModel model, Tensor x, float step, String... operations)
      throws IOException, OrtException {
    Graph graph = imported(model);
    assertEquals(Arrays.stream(operations).sorted().toList(), operations(graph));
    float[] actual = run(graph, x);
    try (Peer peer = new Peer(model.toBytes())) {
      float[] expected = peer.run(x);
      assertEquals(expected.length, actual.length);
      int different = 0;
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], actual[i], 1.001f * step, "at " + i);
        different += Math.abs(expected[i] - actual[i]) > step / 2 ? 1 : 0;
      }
      assertTrue(different <= 1 + expected.length / 10, different + " of " + expected.length);
    }
    return graph;
  }

  private static float[] run(Graph graph, Tensor x) {
    Map<String, Tensor> outputs = new GraphEvaluator(Target.plainCpu(1)).run(graph, Map.of("x", x));
    return outputs.values().iterator().next().toFloats();
  }

  private static byte[] bytes(int count, int seed, int limit) {
    byte[] bytes = new byte[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (random.nextInt(2 * limit + 1) - limit);
    }
    return bytes;
  }

  private static String quantized(
      OnnxModel m, String name, String x, DType dtype, float scale, int zero) {
    String s = m.number(name + "_s", scale);
    String z = m.number(name + "_z", dtype, zero);
    String q = m.node("QuantizeLinear", name + "_q", x, s, z);
    return m.node("DequantizeLinear", name, q, s, z);
  }

  private static String weight(
      OnnxModel m, String name, Tensor values, int zero, int axis, float... scales) {
    m.constant(name + "_i", values);
    String s =
        scales.length == 1
            ? m.number(name + "_s", scales[0])
            : m.constant(name + "_s", Tensor.of(scales, scales.length));
    byte[] zeros = new byte[scales.length];
    Arrays.fill(zeros, (byte) zero);
    String z =
        scales.length == 1
            ? m.number(name + "_z", values.dtype(), zero)
            : m.constant(name + "_z", Tensor.ofBytes(values.dtype(), zeros, zeros.length));
    AttributeProto[] attributes =
        scales.length == 1 ? NONE : new AttributeProto[] {OnnxModel.integer("axis", axis)};
    return m.node("DequantizeLinear", name, attributes, name + "_i", s, z);
  }

  private static String bias(OnnxModel m, String name, float[] scales, int... units) {
    m.constant(name + "_i", Tensor.of(units, units.length));
    String s =
        scales.length == 1
            ? m.number(name + "_s", scales[0])
            : m.constant(name + "_s", Tensor.of(scales, scales.length));
    return scales.length == 1
        ? m.node("DequantizeLinear", name, name + "_i", s)
        : m.node(
            "DequantizeLinear",
            name,
            new AttributeProto[] {OnnxModel.integer("axis", 0)},
            name + "_i",
            s);
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 13, 19, 21})
  void convolutionsOfEveryOpset(long opset) throws Exception {
    OnnxModel m = new OnnxModel(opset).input("x", -1, 2, 5, 5).output("y", -1, 3, 5, 5);
    String x = quantized(m, "xq", "x", DType.U8, 0.02f, 120);
    Tensor values = Tensor.ofBytes(DType.I8, bytes(54, 1, 127), 3, 2, 3, 3);
    String w = weight(m, "w", values, 0, 0, 0.01f);
    String b = bias(m, "b", new float[] {0.0002f}, 500, -700, 90);
    AttributeProto[] pads = {OnnxModel.integers("pads", 1, 1, 1, 1)};
    String c = m.node("Conv", "c", pads, x, w, b);
    m.node("Identity", "y", quantized(m, "yq", m.node("Relu", "r", c), DType.U8, 0.05f, 0));
    becomes(m, Nets.input(2, 2, 2, 5, 5), 0.05f, "Quantize", "QConv", "Dequantize");
  }

  @ParameterizedTest
  @CsvSource({"U8, 120, 130", "I8, -8, 2", "I8, 0, 0"})
  void signedActivationsAndScalesForEachChannel(DType dtype, int zeroX, int zeroY)
      throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", -1, 2, 5, 5).output("y", -1, 3, 3, 3);
    String x = quantized(m, "xq", "x", dtype, 0.02f, zeroX);
    Tensor values = Tensor.ofBytes(DType.I8, bytes(54, 1, 127), 3, 2, 3, 3);
    float[] scales = {0.01f, 0.004f, 0.02f};
    String w = weight(m, "w", values, 0, 0, scales);
    float[] units = {0.02f * 0.01f, 0.02f * 0.004f, 0.02f * 0.02f};
    String c = m.node("Conv", "c", x, w, bias(m, "b", units, 500, -700, 90));
    m.node("Identity", "y", quantized(m, "yq", c, dtype, 0.05f, zeroY));
    Graph graph = becomes(m, Nets.input(2, 2, 2, 5, 5), 0.05f, "Quantize", "QConv", "Dequantize");
    assertTrue(graph.constants().values().stream().anyMatch(t -> t.dtype() == DType.I8));
  }

  @ParameterizedTest
  @CsvSource({"I8, 0, true", "U8, 128, true", "U8, 120, false", "I8, 3, false"})
  void onlySymmetricWeightsFuse(DType dtype, int zero, boolean fuses) throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", -1, 6).output("y", -1, 4);
    String x = quantized(m, "xq", "x", DType.U8, 0.02f, 120);
    String w = weight(m, "w", Tensor.ofBytes(dtype, bytes(24, 1, 127), 6, 4), zero, 1, 0.01f);
    String p = m.node("MatMul", "p", x, w);
    m.node("Identity", "y", quantized(m, "yq", p, DType.U8, 0.05f, 100));
    String[] operations =
        fuses
            ? new String[] {"Quantize", "QLinear", "Dequantize"}
            : new String[] {"Quantize", "Dequantize", "Linear", "Quantize", "Dequantize"};
    becomes(m, Nets.input(2, 3, 6), 0.05f, operations);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void productsWithScalesForEachOutput(int transposed) throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", -1, 6).output("y", -1, 4);
    String x = quantized(m, "xq", "x", DType.U8, 0.02f, 120);
    long[] dims = transposed == 1 ? new long[] {4, 6} : new long[] {6, 4};
    Tensor values = Tensor.ofBytes(DType.I8, bytes(24, 1, 127), dims);
    String w = weight(m, "w", values, 0, 1 - transposed, 0.01f, 0.02f, 0.03f, 0.005f);
    float[] units = {0.0002f, 0.0004f, 0.0006f, 0.0001f};
    String b = bias(m, "b", units, 1000, -500, 20, 7);
    AttributeProto[] attributes = {OnnxModel.integer("transB", transposed)};
    String p = m.node("Gemm", "p", attributes, x, w, b);
    m.node("Identity", "y", quantized(m, "yq", p, DType.U8, 0.05f, 100));
    becomes(m, Nets.input(2, 3, 6), 0.05f, "Quantize", "QLinear", "Dequantize");
  }

  @Test
  void scalesAlongInputsDoNotFuse() throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", -1, 3).output("y", -1, 4);
    String x = quantized(m, "xq", "x", DType.U8, 0.02f, 120);
    Tensor values = Tensor.ofBytes(DType.I8, bytes(12, 1, 127), 3, 4);
    String w = weight(m, "w", values, 0, 0, 0.01f, 0.02f, 0.03f);
    m.node("MatMul", "y", x, w);
    // ONNX Runtime's optimizer makes a node of this that it cannot run.
    Graph plain = OnnxImporter.read(Files.write(folder.resolve("model.onnx"), m.toBytes()));
    Graph graph = Pipeline.standard().run(plain);
    assertEquals(List.of("Dequantize", "Linear", "Quantize"), operations(graph));
    Tensor x3 = Nets.input(2, 3, 3);
    assertArrayEquals(run(plain, x3), run(graph, x3), 1e-5f);
  }

  @Test
  void floatingPointBiasAndResult() throws Exception {
    OnnxModel m = new OnnxModel(17).input("x", -1, 2, 4, 4).output("y", -1, 3, 4, 4);
    String x = quantized(m, "xq", "x", DType.U8, 0.02f, 120);
    Tensor values = Tensor.ofBytes(DType.I8, bytes(6, 1, 127), 3, 2, 1, 1);
    String w = weight(m, "w", values, 0, 0, 0.01f);
    String b = m.constant("b", Tensor.of(new float[] {0.12345f, -0.5f, 3e-5f}, 3));
    m.node("Conv", "y", x, w, b);
    becomes(m, Nets.input(2, 2, 2, 4, 4), 1e-5f, "Quantize", "QConv", "Binary");
  }

  @Test
  void weightsRoundedInTheFile() throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", -1, 2, 4, 4).output("y", -1, 3, 4, 4);
    String x = quantized(m, "xq", "x", DType.I8, 0.02f, 3);
    String w = m.constant("wf", Nets.input(5, 3, 2, 1, 1));
    w = quantized(m, "w", w, DType.I8, 0.02f, 0);
    String b = m.constant("b", Tensor.of(new float[] {0.12345f, -0.5f, 3e-5f}, 3));
    String c = m.node("Relu", "r", m.node("Conv", "c", x, w, b));
    m.node("Identity", "y", quantized(m, "yq", c, DType.I8, 0.05f, -128));
    becomes(m, Nets.input(2, 2, 2, 4, 4), 0.05f, "Quantize", "QConv", "Dequantize");
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"U8", "I8"})
  void whatLiesBetweenLayersStaysInBytes(DType dtype) throws Exception {
    int middle = dtype == DType.U8 ? 128 : 0;
    OnnxModel m = new OnnxModel(13).input("x", -1, 4, 6, 6).output("y", -1, 108);
    String x = quantized(m, "xq", "x", dtype, 0.03f, middle);
    AttributeProto[] pool = {
      OnnxModel.integers("kernel_shape", 2, 2), OnnxModel.integers("strides", 2, 2)
    };
    String max = quantized(m, "mq", m.node("MaxPool", "m", pool, x), dtype, 0.03f, middle);
    String mean = quantized(m, "aq", m.node("AveragePool", "a", pool, x), dtype, 0.02f, middle);
    String sum = quantized(m, "sq", m.node("Add", "s", max, mean), dtype, 0.04f, middle + 3);
    String gate = quantized(m, "gq", m.node("Sigmoid", "g", sum), dtype, 1f / 256, middle - 128);
    String product = quantized(m, "pq", m.node("Mul", "p", sum, gate), dtype, 0.03f, middle);
    AttributeProto[] perm = {OnnxModel.integers("perm", 0, 2, 3, 1)};
    String turned = m.node("Transpose", "t", perm, product);
    String other = quantized(m, "tq", turned, dtype, 0.03f, middle);
    AttributeProto[] back = {OnnxModel.integers("perm", 0, 3, 1, 2)};
    String again = quantized(m, "uq", m.node("Transpose", "u", back, other), dtype, 0.03f, middle);
    AttributeProto[] axis = {OnnxModel.integer("axis", 1)};
    String joined = m.node("Concat", "j", axis, again, mean, product);
    joined = quantized(m, "jq", joined, dtype, 0.035f, middle);
    String flat = m.node("Flatten", "f", joined);
    String half = m.number("half", 0.5f);
    // x · 1/2 after a function: two nodes, one table.
    String scaled = m.node("Mul", "h", m.node("Tanh", "th", flat), half);
    String last = quantized(m, "hq", scaled, dtype, 0.02f, middle);
    m.node("Flatten", "y", last);
    becomes(
        m,
        Nets.input(2, 2, 4, 6, 6),
        0.02f,
        "Quantize",
        "Pool",
        "QAveragePool",
        "QAdd",
        "QLookup",
        "QMul",
        "QConcat",
        "Flatten",
        "QLookup",
        "Dequantize",
        "Flatten");
  }

  /**
   * As onnxruntime's dynamic quantizer writes a product with a bias. Weights have 7 bits: with
   * more, sums of two products saturate in ONNX Runtime's AVX2 code.
   */
  private static OnnxModel dynamic(long rows, boolean each) {
    OnnxModel m = new OnnxModel(13).input("x", rows, 6).output("y", rows, 4);
    m.node("DynamicQuantizeLinear", new String[] {"q", "s", "z"}, "x");
    m.constant("w", Tensor.ofBytes(DType.I8, bytes(24, 1, 63), 6, 4));
    m.constant(
        "ws",
        each
            ? Tensor.of(new float[] {0.01f, 0.02f, 0.03f, 0.005f}, 4)
            : Tensor.of(new float[] {0.01f}, 1));
    m.node("MatMulInteger", "p", "q", "w", "z");
    AttributeProto[] to = {OnnxModel.integer("to", 1)};
    m.node("Cast", "c", to, "p");
    m.node("Mul", "sw", "s", "ws");
    m.node("Mul", "scaled", "c", "sw");
    m.constant("b", Tensor.of(new float[] {0.1f, -2, 3, 0}, 4));
    m.node("Add", "y", "scaled", "b");
    return m;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dynamicProductsOfOneRow(boolean each) throws Exception {
    OnnxModel m = dynamic(1, each);
    becomes(m, Nets.input(2, 1, 6), 1e-6f, "DynamicLinear");
    Graph plain = OnnxImporter.read(folder.resolve("model.onnx"));
    Tensor x = Nets.input(3, 1, 6);
    assertArrayEquals(run(plain, x), run(Pipeline.standard().run(plain), x));
  }

  @Test
  void dynamicProductsOfSeveralRowsHaveOneRangeInOnnx() throws Exception {
    Graph graph = imported(dynamic(-1, true));
    assertTrue(operations(graph).contains("MatMulInteger"));
    becomes(
        dynamic(3, true),
        Nets.input(2, 3, 6),
        1e-5f,
        "DynamicQuantizeLinear",
        "MatMulInteger",
        "Cast",
        "Binary",
        "Binary",
        "Binary");
  }

  @Test
  void dynamicConvolutionsOfOneImage() throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", 1, 2, 5, 5).output("y", 1, 3, 3, 3);
    m.node("DynamicQuantizeLinear", new String[] {"q", "s", "z"}, "x");
    m.constant("w", Tensor.ofBytes(DType.I8, bytes(54, 1, 63), 3, 2, 3, 3));
    m.number("ws", 0.01f);
    m.number("wz", DType.I8, 0);
    m.node("ConvInteger", "p", "q", "w", "z", "wz");
    AttributeProto[] to = {OnnxModel.integer("to", 1)};
    m.node("Cast", "c", to, "p");
    m.node("Mul", "sw", "s", "ws");
    m.node("Mul", "scaled", "c", "sw");
    m.constant("b", Tensor.of(new float[] {0.1f, -2, 3}, 1, 3, 1, 1));
    m.node("Add", "y", "scaled", "b");
    becomes(m, Nets.input(2, 1, 2, 5, 5), 1e-5f, "DynamicConv");
  }

  @Test
  void signedIntegerLayersBecomeFastOnes() throws Exception {
    OnnxModel m = new OnnxModel(13).input("x", -1, 2, 5, 5).output("y", -1, 3, 3, 3);
    String sx = m.number("sx", 0.02f);
    String zx = m.number("zx", DType.I8, -3);
    String sw = m.number("sw", 0.01f);
    String zw = m.number("zw", DType.I8, 0);
    String sy = m.number("sy", 0.05f);
    String zy = m.number("zy", DType.I8, 5);
    m.constant("w", Tensor.ofBytes(DType.I8, bytes(54, 1, 127), 3, 2, 3, 3));
    m.node("QuantizeLinear", "q", "x", sx, zx);
    m.node("QLinearConv", "c", "q", sx, zx, "w", sw, zw, sy, zy);
    m.node("DequantizeLinear", "y", "c", sy, zy);
    // ONNX Runtime refuses I8 inputs where it must not let sums saturate.
    Graph plain = OnnxImporter.read(Files.write(folder.resolve("model.onnx"), m.toBytes()));
    assertEquals(List.of("Dequantize", "QLinearConv", "Quantize"), operations(plain));
    Graph graph = Pipeline.standard().run(plain);
    assertEquals(List.of("Dequantize", "QConv", "Quantize"), operations(graph));
    Tensor x = Nets.input(2, 2, 2, 5, 5);
    assertArrayEquals(run(plain, x), run(graph, x));
  }
}
