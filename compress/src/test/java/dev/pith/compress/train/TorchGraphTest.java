package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Lrn;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Slice;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.Tile;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unary;
import dev.pith.runtime.graph.ops.Unsqueeze;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TorchGraphTest {

  private static final SessionOptions CPU =
      SessionOptions.defaults().withDevice("cpu").withThreads(1);

  /**
   * Outputs of libtorch and of the CPU backend agree on {@code batch} random inputs, relative to
   * the largest output where that is above 1.
   */
  static void assertSame(Graph graph, int batch, double tolerance) {
    Shape one = one(graph);
    Tensor x = new NetworkBuilder("x", 7).uniform(1, one.with(0, batch).dims());
    String input = graph.inputs().get(0).name();
    try (TorchGraph torchGraph = TorchGraph.of(graph);
        Model model = Model.of(graph);
        Session session = model.newSession(CPU)) {
      Tensor expected = session.run(x).get(graph.outputNames().get(0));
      Tensor actual = torchGraph.run(Map.of(input, x)).get(graph.outputNames().get(0));
      assertEquals(expected.shape(), actual.shape());
      double largest = 1;
      for (float value : floats(expected)) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertArrayEquals(floats(expected), floats(actual), (float) (tolerance * largest));
    }
  }

  private static float[] floats(Tensor tensor) {
    return tensor.toFloats();
  }

  private static Shape one(Graph graph) {
    long[] dims =
        graph.inputs().get(0).dims().stream().mapToLong(d -> d.isKnown() ? d.size() : 1).toArray();
    return Shape.of(dims);
  }

  /** One operation behind a linear layer, which gives the graph something to train. */
  private static Graph single(Op op, long... dims) {
    NetworkBuilder net = new NetworkBuilder("single", 3);
    String x = net.linear(net.input("x", dims), dims[dims.length - 1], 1);
    return net.build(net.add("y", op, List.of(x)));
  }

  static Stream<Op> windows() {
    ConvWindow plain =
        new ConvWindow(List.of(2L, 1L), List.of(1L, 1L), List.of(1L, 0L), List.of(0L, 2L), 1);
    ConvWindow dilated =
        new ConvWindow(List.of(1L, 2L), List.of(2L, 1L), List.of(1L, 1L), List.of(1L, 1L), 1);
    List<Long> kernel = List.of(3L, 2L);
    return Stream.of(
        new Pool(PoolFunction.MAX, kernel, plain, AutoPad.NONE, false, false, 2, false),
        new Pool(PoolFunction.MAX, kernel, plain, AutoPad.NONE, true, false, 2, false),
        new Pool(PoolFunction.MAX, kernel, dilated, AutoPad.NONE, false, false, 2, false),
        new Pool(PoolFunction.AVERAGE, kernel, plain, AutoPad.NONE, false, false, 2, false),
        new Pool(PoolFunction.AVERAGE, kernel, plain, AutoPad.NONE, true, false, 2, false),
        new Pool(PoolFunction.AVERAGE, kernel, plain, AutoPad.NONE, true, true, 2, false),
        new Pool(PoolFunction.AVERAGE, kernel, plain, AutoPad.SAME_UPPER, false, false, 2, false),
        new Pool(PoolFunction.LP, kernel, plain, AutoPad.SAME_LOWER, false, false, 2, false));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void pooling(Op op) {
    assertSame(single(op, 3, 7, 6), 2, 1e-5);
  }

  static Stream<Op> reductions() {
    Stream<Op> functions =
        Stream.of(ReduceFunction.values())
            .filter(f -> f != ReduceFunction.LOG_SUM)
            .flatMap(
                f ->
                    Stream.of(
                        new Reduce(f, List.of(1L, -1L), true, false),
                        new Reduce(f, List.of(2L), false, false)));
    return Stream.concat(
        functions,
        Stream.of(
            new Softmax(SoftmaxFunction.SOFTMAX, 2, false),
            new Softmax(SoftmaxFunction.SOFTMAX, 1, true),
            new Softmax(SoftmaxFunction.LOG_SOFTMAX, -1, false)));
  }

  @ParameterizedTest
  @MethodSource("reductions")
  void reducing(Op op) {
    assertSame(single(op, 3, 4, 5), 2, 1e-4);
  }

  @ParameterizedTest
  @CsvSource({"AXES, true", "AXES, false", "GROUPS, true"})
  void normalizations(Normalize.Rows rows, boolean centered) {
    NetworkBuilder net = new NetworkBuilder("norm", 3);
    String x = net.linear(net.input("x", 6, 4, 5), 5, 1);
    long extent = rows == Normalize.Rows.AXES ? 20 : 6;
    String scale = net.constant("scale", net.uniform(1, extent));
    String bias = net.constant("bias", net.uniform(1, extent));
    String y = net.add("y", new Normalize(rows, 2, 3, centered, 1e-3f), List.of(x, scale, bias));
    String mean = net.constant("mean", net.uniform(1, 6));
    String variance = net.constant("variance", NetworkBuilder.filled(0.7f, 6));
    String six = net.constant("six", net.uniform(1, 6));
    y = net.add("b", new BatchNorm(1e-3f), List.of(y, six, six, mean, variance));
    y = net.add("l", new Lrn(3, 0.1f, 0.75f, 1.2f), List.of(y));
    assertSame(net.build(y), 2, 1e-4);
  }

  @Test
  void batchNormalizationLearnsRunningStatistics() throws IOException {
    NetworkBuilder net = new NetworkBuilder("norm", 3);
    String x = net.batchNorm(net.conv(net.input("x", 1, 6, 6), 4, 3, 1, 1));
    Graph graph = net.build(net.linear(net.flatten(net.relu(x)), 4, 1));
    SyntheticData data = new SyntheticData(128, 4, 1, 1, 1, 6, 6);
    Trainer.Result result =
        new Trainer(TrainSettings.adam(6, 16, 5e-3)).train(graph, data, data, p -> {});
    float[] variance = Weights.floats(result.graph(), "norm2.variance");
    assertTrue(Math.abs(variance[0] - 1) > 0.05, "variance " + variance[0]);
    assertTrue(result.accuracy() > 0.9, "accuracy " + result.accuracy());
    assertSame(result.graph(), 3, 1e-4);
  }

  private static final Set<UnaryFunction> NOT_TRAINED =
      EnumSet.of(
          UnaryFunction.NOT, UnaryFunction.BITWISE_NOT, UnaryFunction.IS_NAN, UnaryFunction.IS_INF);

  @ParameterizedTest
  @EnumSource(UnaryFunction.class)
  void functionsOfOneNumber(UnaryFunction function) {
    if (NOT_TRAINED.contains(function)) {
      return;
    }
    NetworkBuilder net = new NetworkBuilder("unary", 3);
    String x = net.linear(net.input("x", 9), 9, 1);
    // Between 0.1 and 0.9, where every function is defined; then with both signs.
    String inside =
        net.add("inside", new Unary(UnaryFunction.HARD_SIGMOID, 0.2f, 0.5f), List.of(x));
    boolean positive =
        EnumSet.of(UnaryFunction.SQRT, UnaryFunction.LOG, UnaryFunction.RECIPROCAL)
            .contains(function);
    boolean unit =
        EnumSet.of(UnaryFunction.ASIN, UnaryFunction.ACOS, UnaryFunction.ATANH).contains(function);
    String of = x;
    if (function == UnaryFunction.ACOSH) {
      String one = net.constant("one", NetworkBuilder.filled(1.5f, 1));
      of = net.sum(inside, one);
    } else if (positive || unit) {
      of = inside;
    }
    assertSame(net.build(net.add("y", new Unary(function, 0.3f, 0.7f), List.of(of))), 8, 2e-5);
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryFunction.class,
      names = {"ADD", "SUB", "MUL", "DIV", "MIN", "MAX", "PRELU"})
  void functionsOfTwoNumbers(BinaryFunction function) {
    NetworkBuilder net = new NetworkBuilder("binary", 3);
    String x = net.linear(net.input("x", 4, 5), 5, 1);
    String b = net.constant("b", NetworkBuilder.filled(0.7f, 4, 1));
    assertSame(net.build(net.add("y", new Binary(function), List.of(x, b))), 3, 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void layersWithActivations(Activation.Kind kind) {
    Activation activation =
        kind == Activation.Kind.CLIP
            ? Activation.clip(-0.2f, 0.4f)
            : new Activation(kind, 0.2f, 0.5f);
    NetworkBuilder net = new NetworkBuilder("layers", 3);
    String x = net.input("x", 4, 7, 6);
    ConvWindow window =
        new ConvWindow(List.of(2L, 1L), List.of(1L, 2L), List.of(1L, 0L), List.of(0L, 2L), 2);
    String weight = net.constant("w", net.uniform(0.1, 6, 3, 2, 2));
    String bias = net.constant("b", net.uniform(0.1, 6));
    String y = net.add("conv", new Conv(window, activation), List.of(x, weight, bias));
    String flat = net.flatten(y);
    long features = net.shape(flat).dim(1);
    String dense = net.constant("d", net.uniform(0.02, 5, features));
    String residual = net.linear(flat, 5, 0.1);
    y = net.add("linear", new Linear(activation), List.of(flat, dense, "", residual));
    String other = net.constant("m", net.uniform(0.1, 3, 5));
    y = net.add("product", new MatMul(false, true, 0.5f), List.of(y, other));
    assertSame(net.build(y), 3, 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void builtInNetworks(Networks network) {
    Shape sample =
        network == Networks.LENET_5
            ? Shape.of(1, 28, 28)
            : network.text().startsWith("mlp") ? Shape.of(50) : Shape.of(3, 16, 16);
    Graph graph = network.create(sample, 10, 5);
    assertEquals(
        List.of("N", "10"), graph.outputs().get(0).dims().stream().map(d -> "" + d).toList());
    assertSame(graph, 2, 1e-4);
    assertEquals(
        Weights.hash(graph), Weights.hash(network.create(sample, 10, 5)), "not the same again");
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    NetworkBuilder net = new NetworkBuilder("tiny", 11);
    String x = net.input("x", 2, 6, 6);
    x = net.add("gelu", Unary.of(UnaryFunction.GELU), List.of(net.conv(x, 3, 3, 1, 1)));
    x = net.averagePool(x, 2, 2);
    Graph graph = net.build(net.linear(net.flatten(x), 3, 1));
    Tensor input = net.uniform(1, 4, 2, 6, 6);
    long[] labels = {0, 2, 1, 1};
    for (String name : TorchGraph.of(graph).parameterNames()) {
      double[] analytic = gradient(graph, name, input, labels);
      for (int i = 0; i < analytic.length; i += 1 + analytic.length / 7) {
        float step = 1e-2f;
        double up = loss(moved(graph, name, i, step), input, labels);
        double down = loss(moved(graph, name, i, -step), input, labels);
        assertEquals((up - down) / (2 * step), analytic[i], 2e-3, name + "[" + i + "]");
      }
    }
  }

  private static double[] gradient(Graph graph, String name, Tensor input, long[] labels) {
    try (TorchGraph torchGraph = TorchGraph.of(graph);
        var _ = new PointerScope()) {
      loss(torchGraph, input, labels).backward();
      float[] values = TorchTensors.floats(torchGraph.parameters().get(name).grad());
      double[] gradient = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        gradient[i] = values[i];
      }
      return gradient;
    }
  }

  private static double loss(Graph graph, Tensor input, long[] labels) {
    try (TorchGraph torchGraph = TorchGraph.of(graph);
        var _ = new PointerScope()) {
      return loss(torchGraph, input, labels).item_double();
    }
  }

  private static org.bytedeco.pytorch.Tensor loss(TorchGraph graph, Tensor input, long[] labels) {
    var values = graph.forward(Map.of("x", TorchTensors.copy(input)), true);
    return Logits.crossEntropy(
        values.get(graph.source().outputNames().get(0)),
        TorchTensors.of(labels, labels.length),
        0.1);
  }

  private static Graph moved(Graph graph, String name, int index, float step) {
    float[] values = graph.constants().get(name).toFloats();
    values[index] += step;
    var constants = new java.util.LinkedHashMap<>(graph.constants());
    constants.put(name, Tensor.of(values, graph.constants().get(name).shape().dims()));
    return graph.withConstants(constants);
  }

  @Test
  void builtInNetworksHaveTheParametersOfTheirPapers() {
    Shape digit = Shape.of(1, 28, 28);
    Shape picture = Shape.of(3, 32, 32);
    assertEquals(266_610, parameters(Networks.LENET_300_100, digit));
    assertEquals(431_080, parameters(Networks.LENET_5, digit));
    assertEquals(0.27e6, (double) parameters(Networks.RESNET_20, picture), 0.01e6);
    assertEquals(0.46e6, (double) parameters(Networks.RESNET_32, picture), 0.01e6);
    assertEquals(0.85e6, (double) parameters(Networks.RESNET_56, picture), 0.01e6);
    assertEquals(14.7e6, (double) parameters(Networks.VGG_16_BN, picture), 0.1e6);
    assertEquals(2.2e6, (double) parameters(Networks.MOBILENET_V2, picture), 0.1e6);
  }

  private static long parameters(Networks network, Shape sample) {
    Graph graph = network.create(sample, 10, 1);
    return Parameters.of(graph).stream()
        .mapToLong(name -> graph.constants().get(name).shape().elementCount())
        .sum();
  }

  @Test
  void movementOfElements() {
    NetworkBuilder net = new NetworkBuilder("moves", 3);
    String x = net.linear(net.input("x", 8, 4, 6), 6, 1);
    String y = net.add("transpose", new Transpose(List.of(0L, 1L, 3L, 2L)), List.of(x));
    String d2s = net.add("d2s", new DepthToSpace(2, true), List.of(y));
    String dcr = net.add("dcr", new DepthToSpace(2, false), List.of(y));
    y = net.add("concat", new Concat(-2), List.of(d2s, dcr));
    String starts = net.constant("starts", Tensor.of(new long[] {1, -2}, 2));
    String ends = net.constant("ends", Tensor.of(new long[] {20, -9}, 2));
    String axes = net.constant("axes", Tensor.of(new long[] {2, -1}, 2));
    String steps = net.constant("steps", Tensor.of(new long[] {3, -2}, 2));
    y = net.add("slice", new Slice(), List.of(y, starts, ends, axes, steps));
    String places = net.constant("places", Tensor.of(new long[] {1, -1, 0}, 3));
    y = net.add("gather", new Gather(1), List.of(y, places));
    String pads = net.constant("pads", Tensor.of(new long[] {0, 1, 0, 0, 0, 0, 2, -1}, 8));
    y = net.add("pad", new Pad(Pad.Mode.CONSTANT), List.of(y, pads));
    String repeats = net.constant("repeats", Tensor.of(new long[] {1, 1, 2, 1}, 4));
    y = net.add("tile", new Tile(), List.of(y, repeats));
    String axis = net.constant("axis", Tensor.of(new long[] {1}, 1));
    y = net.add("unsqueeze", new Unsqueeze(), List.of(y, axis));
    String wide = net.constant("wide", Tensor.of(new long[] {1, 3, 1, 1, 1}, 5));
    y = net.add("expand", new Expand(), List.of(y, wide));
    assertSame(net.build(net.add("flatten", new Flatten(2), List.of(y))), 2, 1e-5);
  }

  @Test
  void graphsWithoutWeightsAreRefused() {
    NetworkBuilder net = new NetworkBuilder("empty", 1);
    Graph graph = net.build(net.relu(net.input("x", 3)));
    assertThrows(IllegalArgumentException.class, () -> TorchGraph.of(graph));
  }

  @Test
  void scoresAreTakenBeforeSoftmax() {
    NetworkBuilder net = new NetworkBuilder("softmax", 1);
    String scores = net.linear(net.input("x", 3), 4, 1);
    String y = net.add("s", new Softmax(SoftmaxFunction.SOFTMAX, -1, false), List.of(scores));
    assertEquals(scores, Logits.of(net.build(net.reshape(y, 0, 4))));
    assertTrue(Logits.of(net.build(scores)).equals(scores));
  }
}
