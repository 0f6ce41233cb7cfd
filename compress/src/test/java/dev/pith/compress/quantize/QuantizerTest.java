package dev.pith.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.calibrate.RangeMethod;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.testing.Nets;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {

  private static final SessionOptions OPTIONS =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(1)
          .withSelection(KernelSelection.PREFERRED);

  /** A network with everything that int8 is carried through. */
  static Graph net() {
    Nets net = new Nets(3);
    String stem = net.conv("stem", "x", 3, 16, 3, Activation.RELU);
    String x = net.conv("c1", stem, 16, 16, 3, Activation.NONE);
    x = net.node("sum", new Binary(BinaryFunction.ADD), x, stem);
    x = net.node("relu", Unary.of(UnaryFunction.RELU), x);
    x = net.node("max", pool(PoolFunction.MAX), x);
    x = net.conv("dw", x, 16, 16, 3, 1, 16, Activation.clip(0, 6));
    x = net.conv("silu", x, 16, 12, 1, new Activation(Activation.Kind.SILU, 0, 0));
    x = net.node("hard", Unary.of(UnaryFunction.HARD_SWISH), x);
    x = net.node("joined", new Concat(1), x, x);
    x = net.node("average", pool(PoolFunction.AVERAGE), x);
    x = net.conv("c3", x, 24, 20, 3, new Activation(Activation.Kind.SIGMOID, 0, 0));
    x = net.node("global", new Reduce(ReduceFunction.MEAN, List.of(2L, 3L), true, false), x);
    x = net.flatten("flat", x);
    net.linear("fc", x, 20, 10, Activation.NONE);
    return net.graph("fc", 3, 8, 8);
  }

  private static Pool pool(PoolFunction function) {
    ConvWindow window =
        new ConvWindow(List.of(2L, 2L), List.of(1L, 1L), List.of(0L, 0L), List.of(0L, 0L), 1);
    return new Pool(function, List.of(2L, 2L), window, AutoPad.NONE, false, false, 2, false);
  }

  private static List<Map<String, Tensor>> samples(int count) {
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(Map.of("x", Nets.input(50 + i, 1, 3, 8, 8)));
    }
    return samples;
  }

  private static float[] run(Graph graph, Tensor x, SessionOptions options) {
    try (Model model = Model.of(graph);
        Session session = model.newSession(options)) {
      return session.run(x).values().iterator().next().toFloats();
    }
  }

  /** Squared error relative to the squared norm, on inputs not used for calibration. */
  private static double error(Graph expected, Graph actual) {
    Tensor x = Nets.input(9, 16, 3, 8, 8);
    float[] a = run(expected, x, OPTIONS);
    float[] b = run(actual, x, OPTIONS);
    double error = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      error += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(a[i], 2);
    }
    return error / norm;
  }

  private static Graph quantize(Graph graph, QuantizeSpec spec) {
    return new Quantizer(spec, OPTIONS).apply(graph, samples(16), done -> {});
  }

  @ParameterizedTest
  @EnumSource(RangeMethod.class)
  void outputsStayClose(RangeMethod method) {
    Graph graph = net();
    Graph quantized = quantize(graph, QuantizeSpec.parse("int8").withMethod(method));
    assertTrue(error(graph, quantized) < 4e-3, method + ": " + error(graph, quantized));
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8-dynamic", "int8-weights"})
  void formsWithoutCalibrationStayClose(String mode) {
    Graph graph = net();
    Graph quantized =
        new Quantizer(QuantizeSpec.parse(mode), OPTIONS).apply(graph, null, done -> {});
    assertTrue(error(graph, quantized) < 4e-3, mode + ": " + error(graph, quantized));
    long bytes =
        quantized.constants().values().stream()
            .filter(t -> t.dtype() == DType.I8)
            .mapToLong(Tensor::byteSize)
            .sum();
    assertEquals(3 * 9 * 16 + 16 * 9 * 16 + 16 * 9 + 16 * 12 + 24 * 9 * 20 + 20 * 10, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "int8-dynamic"})
  void reducedRangeLeavesSevenBits(String mode) {
    Graph graph = net();
    Graph quantized = quantize(graph, QuantizeSpec.parse(mode).withReduceRange(true));
    int largest = 0;
    for (Tensor constant : quantized.constants().values()) {
      if (constant.dtype() == DType.I8) {
        for (float weight : constant.toFloats()) {
          largest = Math.max(largest, (int) Math.abs(weight));
        }
      }
    }
    assertEquals(63, largest);
    assertTrue(error(graph, quantized) < 4e-3, mode + ": " + error(graph, quantized));
  }

  @Test
  void int8StaysInt8BetweenLayers() {
    Graph quantized = quantize(net(), QuantizeSpec.parse("int8"));
    long quantize = quantized.nodes().stream().filter(n -> n.op() instanceof Quantize).count();
    assertEquals(1, quantize, "only the input is quantized");
    for (Node node : quantized.nodes()) {
      boolean floating =
          node.op() instanceof Conv
              || node.op() instanceof Unary
              || node.op() instanceof Binary
              || node.op() instanceof Dequantize
              || node.op() instanceof Concat
              || node.op() instanceof Reduce
              || node.op() instanceof Pool pool && pool.function() == PoolFunction.AVERAGE;
      assertTrue(!floating, node.name() + " is " + node.op().name());
    }
  }

  @Test
  void sameBitsForEveryBatchThreadsAndKernel() {
    Graph quantized = quantize(net(), QuantizeSpec.parse("int8"));
    Tensor batch = Nets.input(77, 8, 3, 8, 8);
    float[] expected = run(quantized, batch, OPTIONS.withSelection(KernelSelection.REFERENCE));
    assertArrayEquals(expected, run(quantized, batch, OPTIONS));
    assertArrayEquals(expected, run(quantized, batch, OPTIONS.withThreads(2)));
    assertArrayEquals(expected, run(quantized, batch, OPTIONS.withVectorBits(128)));
    assertArrayEquals(
        expected, run(quantized, batch, OPTIONS.withSelection(KernelSelection.MEASURED)));
    float[] all = batch.toFloats();
    for (int i = 0; i < 8; i++) {
      float[] one = Arrays.copyOfRange(all, i * 192, (i + 1) * 192);
      assertArrayEquals(
          Arrays.copyOfRange(expected, i * 10, i * 10 + 10),
          run(quantized, Tensor.of(one, 1, 3, 8, 8), OPTIONS.withThreads(2)));
    }
  }

  @Test
  void keptLayersStayFloating() {
    QuantizeSpec spec = QuantizeSpec.parse("int8").withKeep(List.of("c*", "fc"));
    Graph quantized = quantize(net(), spec);
    List<String> floating =
        quantized.nodes().stream()
            .filter(
                n -> n.op() instanceof Conv || n.op() instanceof dev.pith.runtime.graph.ops.Linear)
            .map(Node::name)
            .toList();
    assertEquals(List.of("c1", "c3", "fc"), floating);
    assertTrue(error(net(), quantized) < 4e-3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unstructured:0.7", "block2x4:0.5", "nm2:4"})
  void prunedZerosStayZeros(String pattern) {
    Graph pruned = Pruner.prune(net(), PruneSpec.parse(pattern + ",min=1"));
    QuantizeSpec spec = QuantizeSpec.parse("int8").withEqualization(true);
    Graph quantized = quantize(pruned, spec);
    for (String name : List.of("c1_w", "silu_w", "c3_w")) {
      Tensor before = pruned.constants().get(name);
      Tensor after =
          quantized.constants().entrySet().stream()
              .filter(e -> e.getKey().startsWith(name) && e.getValue().dtype() == DType.I8)
              .findFirst()
              .orElseThrow()
              .getValue();
      for (long i = 0; i < before.shape().elementCount(); i++) {
        assertTrue(before.getDouble(i) != 0 || after.getLong(i) == 0);
      }
    }
    assertTrue(error(pruned, quantized) < 6e-3);
  }

  @Test
  void rowsOfZerosKeepTheirBias() {
    Nets net = new Nets(1);
    net.linear("a", "x", 6, 4, Activation.NONE);
    float[] weight = new float[24];
    weight[0] = 1e-12f;
    weight[12] = 1;
    net.constant("a_w", Tensor.of(weight, 4, 6));
    net.constant("a_b", Tensor.of(new float[] {0.37f, -1.23f, 0.5f, 0}, 4));
    Graph graph = net.graph("a", 6);
    List<Map<String, Tensor>> samples = List.of(Map.of("x", Nets.input(1, 4, 6)));
    Graph quantized =
        new Quantizer(QuantizeSpec.parse("int8"), OPTIONS).apply(graph, samples, done -> {});
    assertTrue(quantized.nodes().stream().anyMatch(n -> n.op() instanceof QLinear));
    float[] y = run(quantized, Nets.input(1, 1, 6), OPTIONS);
    assertEquals(0.37, y[0], 1e-5);
    assertEquals(-1.23, y[1], 1e-5);
    assertEquals(0, y[3]);
  }

  @Test
  void biasCorrectionRemovesTheMeanError() {
    Nets net = new Nets(8);
    net.conv("a", "x", 24, 16, 3, Activation.NONE);
    // One large weight in each row makes the others coarse.
    float[] weight = net.graph("a", 24, 6, 6).constants().get("a_w").toFloats();
    for (int row = 0; row < 16; row++) {
      weight[row * 216] = 6;
    }
    net.constant("a_w", Tensor.of(weight, 16, 3, 3, 24));
    Graph graph = net.graph("a", 24, 6, 6);
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      float[] x = Nets.input(i, 1, 24, 6, 6).toFloats();
      for (int j = 0; j < x.length; j++) {
        x[j] = Math.abs(x[j]);
      }
      samples.add(Map.of("x", Tensor.of(x, 1, 24, 6, 6)));
    }
    QuantizeSpec spec = QuantizeSpec.parse("int8").withMethod(RangeMethod.MINMAX);
    double with = meanError(graph, samples, spec);
    double without = meanError(graph, samples, spec.withBiasCorrection(false));
    assertTrue(with < 0.5 * without, with + " against " + without);
  }

  private static double meanError(
      Graph graph, List<Map<String, Tensor>> samples, QuantizeSpec spec) {
    Graph quantized = new Quantizer(spec, OPTIONS).apply(graph, samples, done -> {});
    double[] sums = new double[16];
    for (Map<String, Tensor> sample : samples) {
      float[] a = run(graph, sample.get("x"), OPTIONS);
      float[] b = run(quantized, sample.get("x"), OPTIONS);
      for (int i = 0; i < a.length; i++) {
        sums[i / 36 % 16] += b[i] - a[i];
      }
    }
    return Arrays.stream(sums).map(Math::abs).sum();
  }

  @Test
  void equalizationHelpsUnevenChannelsAndChangesNothingElse() {
    Nets net = new Nets(8);
    String x = net.conv("a", "x", 3, 16, 3, Activation.RELU);
    x = net.conv("b", x, 16, 16, 3, 1, 16, Activation.RELU);
    net.conv("c", x, 16, 10, 1, Activation.NONE);
    Graph plain = net.graph("c", 3, 8, 8);
    float[] a = plain.constants().get("a_w").toFloats();
    float[] bias = plain.constants().get("a_b").toFloats();
    float[] b = plain.constants().get("b_w").toFloats();
    for (int channel = 0; channel < 16; channel++) {
      float factor = (float) Math.pow(2, channel / 2.0 - 4);
      for (int i = 0; i < 27; i++) {
        a[channel * 27 + i] *= factor;
      }
      bias[channel] *= factor;
      for (int i = 0; i < 9; i++) {
        b[channel * 9 + i] /= factor;
      }
    }
    net.constant("a_w", Tensor.of(a, 16, 3, 3, 3));
    net.constant("a_b", Tensor.of(bias, 16));
    net.constant("b_w", Tensor.of(b, 16, 3, 3, 1));
    Graph uneven = net.graph("c", 3, 8, 8);
    assertTrue(error(uneven, Equalization.apply(uneven)) < 1e-10);
    QuantizeSpec spec = QuantizeSpec.parse("int8").withMethod(RangeMethod.MINMAX);
    double without = error(uneven, quantize(uneven, spec));
    double with = error(uneven, quantize(uneven, spec.withEqualization(true)));
    assertTrue(with < 0.5 * without, with + " against " + without);
  }

  @Test
  void searchKeepsLayersUntilAccuracyHolds() {
    Graph graph = net();
    Quantizer quantizer = new Quantizer(QuantizeSpec.parse("int8"), OPTIONS);
    Quantizer.Prepared prepared = quantizer.prepare(graph, samples(8), done -> {});
    SensitivitySearch search = new SensitivitySearch(OPTIONS, samples(2));
    // The meter pretends that each layer in int8 costs a point.
    SensitivitySearch.Result result =
        search.search(
            prepared,
            QuantizeSpec.parse("int8"),
            g -> 0.9 - 0.01 * g.nodes().stream().filter(QuantizerTest::isInt8).count(),
            0.9,
            0.04,
            message -> {});
    assertEquals(2, result.kept().size());
    assertEquals(4, result.graph().nodes().stream().filter(QuantizerTest::isInt8).count());
    assertEquals(0.86, result.accuracy(), 1e-9);
    List<String> ranking = search.ranking(prepared, QuantizeSpec.parse("int8"));
    assertEquals(6, ranking.size());
    assertEquals(ranking.subList(0, 2), result.kept());
  }

  private static boolean isInt8(Node node) {
    return node.op() instanceof QConv || node.op() instanceof QLinear;
  }

  @Test
  void samplesAreNeededAndMustFit() {
    Quantizer quantizer = new Quantizer(QuantizeSpec.parse("int8"), OPTIONS);
    assertThrows(IllegalArgumentException.class, () -> quantizer.apply(net(), null, done -> {}));
    assertThrows(
        IllegalArgumentException.class, () -> quantizer.apply(net(), List.of(), done -> {}));
    List<Map<String, Tensor>> wrong = List.of(Map.of("x", Nets.input(1, 1, 3, 8, 9)));
    assertThrows(IllegalArgumentException.class, () -> quantizer.apply(net(), wrong, done -> {}));
  }
}
