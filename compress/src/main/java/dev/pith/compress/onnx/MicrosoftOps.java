package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QAveragePool;
import dev.pith.runtime.graph.ops.QConcat;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.QLookup;
import dev.pith.runtime.graph.ops.QMul;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** ONNX Runtime's own operators on U8 tensors, which its quantizer writes. */
final class MicrosoftOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.microsoft("QLinearAdd", MicrosoftOps::add),
          OnnxOp.microsoft("QLinearMul", MicrosoftOps::multiply),
          OnnxOp.microsoft("QLinearAveragePool", MicrosoftOps::averagePool),
          OnnxOp.microsoft("QLinearGlobalAveragePool", MicrosoftOps::globalAveragePool),
          OnnxOp.microsoft("QLinearConcat", MicrosoftOps::concat),
          OnnxOp.microsoft(
              "QLinearSigmoid", (node, graph) -> lookup(node, graph, x -> 1 / (1 + Math.exp(-x)))),
          OnnxOp.microsoft("QLinearLeakyRelu", MicrosoftOps::leakyRelu));

  private MicrosoftOps() {}

  private static void add(OnnxNode node, GraphBuilder graph) {
    Scale a = Scale.requireU8(node, 1, 2);
    Scale b = Scale.requireU8(node, 4, 5);
    Scale y = Scale.requireU8(node, 6, 7);
    QAdd op =
        new QAdd(
            a.zeroPoint(),
            a.scale() / y.scale(),
            b.zeroPoint(),
            b.scale() / y.scale(),
            y.zeroPoint(),
            0,
            255);
    graph.output(node, op, node.input(0), node.input(3));
  }

  private static void multiply(OnnxNode node, GraphBuilder graph) {
    Scale a = Scale.requireU8(node, 1, 2);
    Scale b = Scale.requireU8(node, 4, 5);
    Scale y = Scale.requireU8(node, 6, 7);
    float ratio = a.scale() * b.scale() / y.scale();
    QMul op = new QMul(a.zeroPoint(), b.zeroPoint(), ratio, y.zeroPoint(), 0, 255);
    graph.output(node, op, node.input(0), node.input(3));
  }

  private static void averagePool(OnnxNode node, GraphBuilder graph) {
    refuseChannelsLast(node);
    Scale x = Scale.requireU8(node, 1, 2);
    Scale y = Scale.requireU8(node, 3, 4);
    List<Long> kernel = node.longs("kernel_shape", List.of());
    ConvWindow window = Windows.of(node, kernel);
    QAveragePool op =
        new QAveragePool(
            kernel,
            window,
            node.flag("ceil_mode", false),
            node.flag("count_include_pad", false),
            x.zeroPoint(),
            x.scale() / y.scale(),
            y.zeroPoint(),
            0,
            255);
    graph.output(node, op, node.input(0));
  }

  private static void globalAveragePool(OnnxNode node, GraphBuilder graph) {
    refuseChannelsLast(node);
    Scale x = Scale.requireU8(node, 1, 2);
    Scale y = Scale.requireU8(node, 3, 4);
    QGlobalAveragePool op =
        new QGlobalAveragePool(x.zeroPoint(), x.scale() / y.scale(), y.zeroPoint(), 0, 255);
    graph.output(node, op, node.input(0));
  }

  private static void refuseChannelsLast(OnnxNode node) {
    if (node.flag("channels_last", false)) {
      throw node.refuse("channels_last is not supported; export the model with channels first");
    }
  }

  private static void concat(OnnxNode node, GraphBuilder graph) {
    Scale y = Scale.requireU8(node, 0, 1);
    List<String> inputs = new ArrayList<>();
    List<Integer> zeroPoints = new ArrayList<>();
    List<Float> ratios = new ArrayList<>();
    for (int i = 2; i + 2 < node.inputCount(); i += 3) {
      Scale x = Scale.requireU8(node, i + 1, i + 2);
      inputs.add(node.input(i));
      zeroPoints.add(x.zeroPoint());
      ratios.add(x.scale() / y.scale());
    }
    QConcat op = new QConcat(node.integer("axis", 1), zeroPoints, ratios, y.zeroPoint());
    graph.write(op, inputs, List.of(node.output(0)));
  }

  private static void leakyRelu(OnnxNode node, GraphBuilder graph) {
    double alpha = node.floating("alpha", 0.01f);
    lookup(node, graph, x -> x < 0 ? alpha * x : x);
  }

  /** A function of one U8 number has 256 results. */
  private static void lookup(OnnxNode node, GraphBuilder graph, DoubleUnaryOperator function) {
    Scale x = Scale.requireU8(node, 1, 2);
    Scale y = Scale.requireU8(node, 3, 4);
    byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) y.store(function.applyAsDouble(x.real(i)));
    }
    graph.output(
        node, new QLookup(), node.input(0), graph.constant(Tensor.ofBytes(DType.U8, table, 256)));
  }
}
