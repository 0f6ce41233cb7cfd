package dev.pith.runtime.format;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.BitmaskLayout;
import dev.pith.kernels.layout.CodebookLayout;
import dev.pith.kernels.layout.DeltaLayout;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.Reshape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small networks to write and read. */
final class SampleGraphs {

  private SampleGraphs() {}

  /** Weights of which {@code sparsity} are zero and the others one of {@code distinct} values. */
  static Tensor weights(long seed, double sparsity, int distinct, long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.I8, Shape.of(dims));
    Random random = new Random(seed);
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      // Roughly bell-shaped, as trained weights are.
      int value = (random.nextInt(distinct) + random.nextInt(distinct)) / 2 - distinct / 2;
      long stored = random.nextDouble() < sparsity ? 0 : value == 0 ? 1 : value;
      Elements.setLong(DType.I8, tensor.values(), i, stored);
    }
    return tensor;
  }

  private static Tensor perChannel(Tensor weight, Layout layout) {
    List<Float> scales = new ArrayList<>();
    for (int i = 0; i < weight.rows(); i++) {
      scales.add(0.01f + 0.001f * i);
    }
    return layout.encode(weight.withQuantization(Quantization.perChannel(scales)), Arena.ofAuto());
  }

  private static Tensor scales(long count) {
    float[] scales = new float[(int) count];
    java.util.Arrays.fill(scales, 0.0007f);
    return Tensor.of(scales, count);
  }

  private static Tensor bias(long count) {
    int[] bias = new int[(int) count];
    for (int i = 0; i < count; i++) {
      bias[i] = 10 * i - 17;
    }
    return Tensor.of(bias, count);
  }

  /** A LeNet-5 (Caffe's: 430,500 weights) with int8 arithmetic; 92 % of its weights are zero. */
  static Graph lenet() {
    Layout small = new CodebookLayout(5, new BitmaskLayout());
    Layout large = new CodebookLayout(5, new DeltaLayout(4));
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    Requantize requantize = new Requantize(DType.U8, 128, 128, 128, 255);
    conv(
        constants,
        nodes,
        "conv1",
        "image",
        perChannel(weights(1, 0.34, 15, 20, 5, 5, 1), small),
        1);
    conv(
        constants,
        nodes,
        "conv2",
        "conv1_y",
        perChannel(weights(2, 0.88, 15, 50, 5, 5, 20), small),
        3);
    constants.put("flat", Tensor.of(new long[] {0, -1}, 2));
    nodes.add(
        new Node("flatten", new Reshape(false), List.of("conv2_y", "flat"), List.of("flat_y")));
    linear(
        constants,
        nodes,
        "ip1",
        "flat_y",
        perChannel(weights(3, 0.92, 15, 500, 800), large),
        requantize);
    linear(
        constants,
        nodes,
        "ip2",
        "ip1_y",
        perChannel(weights(4, 0.81, 15, 10, 500), large),
        new Requantize(DType.F32, 128, 0, 0, 0));
    return new Graph(
        "lenet",
        List.of(
            new ValueInfo(
                "image", DType.U8, List.of(Dim.symbol("N"), Dim.of(1), Dim.of(19), Dim.of(19)))),
        List.of(new ValueInfo("ip2_y", DType.F32, List.of(Dim.symbol("N"), Dim.of(10)))),
        nodes,
        constants);
  }

  /** One int8 linear layer with the given weight. */
  static Graph linear(Tensor weight) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    Requantize requantize = new Requantize(DType.U8, 128, 128, 0, 255);
    linear(constants, nodes, "layer", "x", weight, requantize);
    return new Graph(
        "linear",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.symbol("N"), Dim.of(weight.columns())))),
        List.of(new ValueInfo("layer_y", DType.U8, null)),
        nodes,
        constants);
  }

  /** A chain of int8 linear layers, one for each layout there is. */
  static Graph everyLayout() {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    Requantize requantize = new Requantize(DType.U8, 128, 128, 0, 255);
    String input = "x";
    for (Layout layout : Layouts.ALL) {
      Tensor weight = weights(nodes.size(), 0.4, 3, 24, 24);
      for (long i = 0; i < 24 * 24; i++) {
        if (i % 4 != 1) { // at most one in four, which every pattern holds
          Elements.setLong(DType.I8, weight.values(), i, 0);
        }
      }
      String name = "layer " + layout.name();
      linear(constants, nodes, name, input, perChannel(weight, layout), requantize);
      constants.put(name + "_s", Tensor.of(filled(0.4f), 24));
      input = name + "_y";
    }
    return new Graph(
        "every layout",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.symbol("N"), Dim.of(24)))),
        List.of(new ValueInfo(input, DType.U8, List.of(Dim.symbol("N"), Dim.of(24)))),
        nodes,
        constants);
  }

  private static float[] filled(float value) {
    float[] values = new float[24];
    java.util.Arrays.fill(values, value);
    return values;
  }

  private static void conv(
      Map<String, Tensor> constants,
      List<Node> nodes,
      String name,
      String input,
      Tensor weight,
      long stride) {
    long channels = weight.rows();
    constants.put(name + "_w", weight);
    constants.put(name + "_s", scales(channels));
    constants.put(name + "_b", bias(channels));
    List<Long> zeros = List.of(0L, 0L);
    boolean first = input.equals("image");
    ConvWindow window = new ConvWindow(List.of(stride, stride), List.of(1L, 1L), zeros, zeros, 1);
    nodes.add(
        new Node(
            name,
            new QConv(window, new Requantize(DType.U8, first ? 0 : 128, 128, 128, 255)),
            List.of(input, name + "_w", name + "_s", name + "_b"),
            List.of(name + "_y")));
  }

  private static void linear(
      Map<String, Tensor> constants,
      List<Node> nodes,
      String name,
      String input,
      Tensor weight,
      Requantize requantize) {
    constants.put(name + "_w", weight);
    constants.put(name + "_s", scales(weight.rows()));
    constants.put(name + "_b", bias(weight.rows()));
    nodes.add(
        new Node(
            name,
            new QLinear(requantize),
            List.of(input, name + "_w", name + "_s", name + "_b"),
            List.of(name + "_y")));
  }
}
