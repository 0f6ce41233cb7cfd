package dev.pith.compress.train;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.compress.quantize.QuantizedLayer;
import dev.pith.compress.train.ops.QuantizedOps;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The constants of an int8 graph as functions of the floating-point weights, computed as
 * post-training quantization computes them, with straight-through gradients.
 */
final class IntegerWeights implements Derivation {

  private final List<QuantizedLayer> layers;
  private final Map<String, TensorType> types = new HashMap<>();
  private final Function<String, Tensor> logScales;

  /**
   * The constants of {@code layers}.
   *
   * @param quantized the int8 graph
   * @param logScales logarithms of learned scales for names of quantized values; {@code null} for
   *     those that are not learned
   */
  IntegerWeights(Graph quantized, List<QuantizedLayer> layers, Function<String, Tensor> logScales) {
    this.layers = layers;
    this.logScales = logScales;
    for (QuantizedLayer layer : layers) {
      for (String name : List.of(layer.integers(), layer.ratios(), layer.integerBias())) {
        var value = quantized.constants().get(name);
        types.put(name, new TensorType(value.dtype(), value.shape()));
      }
    }
  }

  @Override
  public Map<String, TensorType> types() {
    return types;
  }

  @Override
  public Tensor logScale(String name) {
    return logScales.apply(name);
  }

  @Override
  public Map<String, Tensor> derive(Map<String, Tensor> parameters) {
    Map<String, Tensor> derived = new HashMap<>();
    for (QuantizedLayer layer : layers) {
      derive(layer, parameters, derived);
    }
    return derived;
  }

  private void derive(
      QuantizedLayer layer, Map<String, Tensor> parameters, Map<String, Tensor> derived) {
    Tensor weight = parameters.get(layer.weight());
    Tensor bias = parameters.get(layer.bias());
    Shape shape = types.get(layer.integers()).shape();
    Tensor scales = scales(layer, weight.detach(), bias == null ? null : bias.detach());
    Tensor exactScales = scales.to(ScalarType.Double);
    long[] perRow = new long[shape.rank()];
    java.util.Arrays.fill(perRow, 1);
    perRow[0] = shape.dim(0);
    Tensor rounded =
        torch.round(torch.div(weight.detach().to(ScalarType.Double), exactScales.reshape(perRow)));
    Tensor clamped = clamp(torch.div(weight, scales.reshape(perRow)), layer.largest());
    derived.put(
        layer.integers(),
        QuantizedOps.straightThrough(
            clamp(rounded, layer.largest()).to(ScalarType.Float), clamped));
    Tensor units = torch.mul(exactScales, scalar(layer.inputScale()));
    derived.put(layer.ratios(), torch.div(units, scalar(layer.outputScale())).to(ScalarType.Float));
    derived.put(layer.integerBias(), integerBias(bias, units));
  }

  private static Tensor clamp(Tensor value, double largest) {
    return torch.clamp_max(torch.clamp_min(value, scalar(-largest)), scalar(largest));
  }

  private static Tensor integerBias(Tensor bias, Tensor units) {
    if (bias == null) {
      return torch.zeros_like(units).to(ScalarType.Float);
    }
    Tensor real = torch.div(bias.to(ScalarType.Double), units);
    return QuantizedOps.straightThrough(torch.round(real), real).to(ScalarType.Float);
  }

  /** The scale of each row, as {@link QuantizedLayer} defines it. */
  private static Tensor scales(QuantizedLayer layer, Tensor weight, Tensor bias) {
    Tensor largest =
        torch.amax(torch.abs(weight).reshape(weight.size(0), -1), new long[] {1}, false);
    Tensor scales = torch.div(largest, scalar(layer.largest()));
    scales = torch.mul(scales, torch.ge(largest, scalar(1e-30)));
    if (bias != null) {
      double unit = QuantizedLayer.BIAS_UNITS * layer.inputScale();
      Tensor least = torch.div(torch.abs(bias.to(ScalarType.Double)), scalar(unit));
      least = least.to(ScalarType.Float);
      least = torch.mul(least, torch.ge(least, scalar(Float.MIN_NORMAL)));
      scales = torch.maximum(scales, least);
    }
    return torch.add(scales, torch.eq(scales, scalar(0)));
  }
}
