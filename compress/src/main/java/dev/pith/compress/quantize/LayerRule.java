package dev.pith.compress.quantize;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.quantized.AccumulatorBound;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and linear layers with constant weights. */
final class LayerRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return true;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    Activation activation = activation(node.op());
    if (activation == null || node.hasInput(3)) {
      return false;
    }
    Tensor weight = graph.constant(node, 1);
    boolean biasKnown = !node.hasInput(2) || graph.constant(node, 2) != null;
    return weight != null
        && weight.isDense()
        && weight.dtype().isFloat()
        && biasKnown
        && (activation.kind() == Activation.Kind.NONE
            || activation.kind() == Activation.Kind.RELU
            || activation.kind() == Activation.Kind.CLIP);
  }

  private static Activation activation(Op op) {
    return switch (op) {
      case Conv conv -> conv.activation();
      case Linear linear -> linear.activation();
      default -> null;
    };
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    String x = node.input(0);
    String y = node.output(0);
    Activation activation = activation(node.op());
    if (!graph.canQuantize(x) || graph.calibrated(y) == null) {
      return false;
    }
    Scale in = graph.scale(x);
    boolean toFloat = activation.kind() == Activation.Kind.NONE && !quantization.isReadQuantized(y);
    Scale out = toFloat ? new Scale(1, 0) : graph.calibrated(y);
    QuantizedWeight weight =
        QuantizedWeight.of(
            graph.constant(node, 1),
            quantization.spec().largestWeight(),
            leastScales(node, graph, in));
    int rows = weight.scales().length;
    float[] ratios = new float[rows];
    for (int row = 0; row < rows; row++) {
      double product = (double) in.scale() * weight.scales()[row];
      ratios[row] = (float) (product / (double) out.scale());
    }
    Tensor bias = bias(node, graph, quantization, weight, in);
    if (bias == null || AccumulatorBound.of(weight.values(), bias) > Integer.MAX_VALUE) {
      return false;
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.quantized(x));
    inputs.add(graph.constant(node.input(1) + "_i8", weight.values()));
    inputs.add(graph.constant(node.name() + "_scale", Tensor.of(ratios, rows)));
    inputs.add(graph.constant(node.name() + "_bias", bias));
    quantization.add(
        new QuantizedLayer(
            node.input(1),
            node.input(2),
            inputs.get(1),
            inputs.get(2),
            inputs.get(3),
            quantization.spec().largestWeight(),
            in.scale(),
            out.scale()));
    Requantize requantize = requantize(activation, in, out, toFloat);
    Op op =
        node.op() instanceof Conv conv
            ? new QConv(conv.window(), requantize)
            : new QLinear(requantize);
    graph.add(node.name(), op, inputs, toFloat ? y : graph.defineQuantized(y, out));
    if (toFloat) {
      graph.defineFloating(y);
    }
    return true;
  }

  /** The scales below which a bias would not fit the accumulator. */
  private static float[] leastScales(Node node, Rewriter graph, Scale in) {
    float[] least = new float[Math.toIntExact(graph.constant(node, 1).rows())];
    Tensor bias = graph.constant(node, 2);
    for (int row = 0; row < least.length && bias != null; row++) {
      least[row] =
          (float) (Math.abs(bias.getDouble(row)) / (QuantizedLayer.BIAS_UNITS * in.scale()));
      least[row] = least[row] < Float.MIN_NORMAL ? 0 : least[row];
    }
    return least;
  }

  private static Requantize requantize(
      Activation activation, Scale in, Scale out, boolean toFloat) {
    if (toFloat) {
      return new Requantize(DType.F32, in.zeroPoint(), 0, 0, 0);
    }
    int low = 0;
    int high = 255;
    if (activation.kind() == Activation.Kind.RELU) {
      low = out.zeroPoint();
    } else if (activation.kind() == Activation.Kind.CLIP) {
      low = out.quantize(activation.alpha());
      high = out.quantize(activation.beta());
    }
    return new Requantize(DType.U8, in.zeroPoint(), out.zeroPoint(), low, high);
  }

  /** The bias in units of the accumulator, or {@code null} if a value does not fit 32 bits. */
  private static Tensor bias(
      Node node,
      Rewriter graph,
      StaticQuantization quantization,
      QuantizedWeight weight,
      Scale in) {
    int rows = weight.scales().length;
    Tensor source = graph.constant(node, 2);
    double[] correction = new double[rows];
    double[] means = graph.means(node.input(0));
    if (quantization.spec().biasCorrection() && means != null) {
      correction = BiasCorrection.of(graph.constant(node, 1), weight, means, groups(node.op()));
    }
    int[] bias = new int[rows];
    for (int row = 0; row < rows; row++) {
      double real = (source == null ? 0 : source.getDouble(row)) + correction[row];
      double units = Math.rint(real / ((double) in.scale() * weight.scales()[row]));
      if (Math.abs(units) > Integer.MAX_VALUE) {
        return null;
      }
      bias[row] = (int) units;
    }
    return Tensor.of(bias, rows);
  }

  private static long groups(Op op) {
    return op instanceof Conv conv ? conv.window().groups() : 1;
  }
}
