package dev.pith.compress.train.ops;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QConcat;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QMul;
import dev.pith.runtime.graph.ops.Quantize;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The 8-bit operations with integers held as floats: the same arithmetic as the kernels', exact as
 * long as sums stay below 2²⁴. Gradients pass through a rounding as if it were not there, and are
 * zero where a clamp holds (straight-through, Bengio et al. 2013).
 */
public final class QuantizedOps {

  private static final int U8_MAX = 255;

  private QuantizedOps() {}

  /** {@code exact} with the gradient of {@code smooth}. */
  public static Tensor straightThrough(Tensor exact, Tensor smooth) {
    // x − x is zero, so that the sum is exact to the last bit.
    return torch.add(exact.detach(), torch.sub(smooth, smooth.detach()));
  }

  /** {@code clamp(rne(value) + zeroPoint, low, high)}. */
  private static Tensor round(TorchCall call, Tensor value, int zeroPoint, int low, int high) {
    Tensor clamped = Activations.clip(value, low - zeroPoint, high - zeroPoint);
    Tensor rounded = straightThrough(torch.round(clamped), clamped);
    if (call.logScale() != null) {
      rounded = torch.add(rounded, ofScale(value, clamped, zeroPoint, call.logScale()));
    }
    return zeroPoint == 0 ? rounded : torch.add(rounded, scalar(zeroPoint));
  }

  /**
   * Zero, with the gradient of a learned scale s (Esser et al. 2020), here of ln s (Jain et al.
   * 2020). Readers see s · q: they gain q when ln s grows, while q loses {@code value}, the real
   * number in units of s, where nothing clamps it. Where the bound of an activation clamps, the
   * real number stays as it is.
   */
  private static Tensor ofScale(Tensor value, Tensor clamped, int zeroPoint, Tensor logScale) {
    Tensor exact = value.detach();
    Tensor held = clamped.detach();
    Tensor representable = Activations.clip(exact, -zeroPoint, U8_MAX - zeroPoint);
    Tensor gained = torch.mul(torch.round(held), torch.eq(representable, held));
    Tensor lost = torch.mul(exact, torch.eq(exact, held));
    Tensor slope = torch.sub(gained, lost);
    return torch.mul(slope, torch.sub(logScale, logScale.detach()));
  }

  private static Tensor centered(Tensor x, int zeroPoint) {
    return zeroPoint == 0 ? x : torch.sub(x, scalar(zeroPoint));
  }

  static Tensor quantize(TorchCall call) {
    Quantize op = call.op(Quantize.class);
    int low = op.dtype() == DType.U8 ? 0 : -128;
    Tensor scaled = torch.div(call.input(0), TorchTensors.of(new float[] {op.scale()}, 1));
    return round(call, scaled, op.zeroPoint(), low, low + U8_MAX);
  }

  static Tensor dequantize(TorchCall call) {
    Dequantize op = call.op(Dequantize.class);
    return torch.mul(centered(call.input(0), op.zeroPoint()), scalar(op.scale()));
  }

  private static Tensor asFloat(Tensor constant) {
    return constant == null || constant.is_floating_point()
        ? constant
        : constant.to(ScalarType.Float);
  }

  static Tensor conv(TorchCall call) {
    QConv op = call.op(QConv.class);
    Tensor x = centered(call.input(0), op.requantize().inputZeroPoint());
    Tensor sums = LayerOps.convolve(x, asFloat(call.input(1)), asFloat(call.input(3)), op.window());
    long[] perChannel = new long[Math.toIntExact(sums.dim())];
    java.util.Arrays.fill(perChannel, 1);
    perChannel[1] = -1;
    return requantize(call, op.requantize(), sums, call.input(2).reshape(perChannel));
  }

  static Tensor linear(TorchCall call) {
    QLinear op = call.op(QLinear.class);
    Tensor x = centered(call.input(0), op.requantize().inputZeroPoint());
    Tensor bias = asFloat(call.input(3));
    Tensor sums =
        torch.linear(
            x,
            asFloat(call.input(1)),
            bias == null ? new TensorOptional() : new TensorOptional(bias));
    return requantize(call, op.requantize(), sums, call.input(2));
  }

  private static Tensor requantize(TorchCall call, Requantize rule, Tensor sums, Tensor ratios) {
    Tensor real = torch.mul(sums, ratios);
    return rule.output() == DType.F32
        ? real
        : round(call, real, rule.zeroPoint(), rule.low(), rule.high());
  }

  static Tensor add(TorchCall call) {
    QAdd op = call.op(QAdd.class);
    Tensor a = torch.mul(centered(call.input(0), op.aZeroPoint()), scalar(op.aRatio()));
    Tensor b = torch.mul(centered(call.input(1), op.bZeroPoint()), scalar(op.bRatio()));
    return round(call, torch.add(a, b), op.zeroPoint(), op.low(), op.high());
  }

  static Tensor multiply(TorchCall call) {
    QMul op = call.op(QMul.class);
    Tensor product =
        torch.mul(
            centered(call.input(0), op.aZeroPoint()), centered(call.input(1), op.bZeroPoint()));
    return round(call, torch.mul(product, scalar(op.ratio())), op.zeroPoint(), op.low(), op.high());
  }

  static Tensor concat(TorchCall call) {
    QConcat op = call.op(QConcat.class);
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < call.inputs().size(); i++) {
      Tensor x = centered(call.input(i), op.zeroPoints().get(i));
      parts.add(round(call, torch.mul(x, scalar(op.ratios().get(i))), op.zeroPoint(), 0, U8_MAX));
    }
    return torch.cat(new TensorVector(parts.toArray(new Tensor[0])), op.axis());
  }

  /** The table's value, with the table's slope as the gradient. */
  static Tensor lookup(TorchCall call) {
    Tensor x = call.input(0);
    Tensor places = x.detach().to(ScalarType.Long).reshape(-1);
    Tensor table = asFloat(call.input(1));
    long[] dims = TorchTensors.dims(x);
    Tensor exact = torch.index_select(table, 0, places).reshape(dims);
    Tensor before =
        torch.index_select(
            table, 0, torch.clamp_min(torch.sub(places, scalar(1)), scalar(0)).to(ScalarType.Long));
    Tensor after =
        torch.index_select(
            table,
            0,
            torch.clamp_max(torch.add(places, scalar(1)), scalar(U8_MAX)).to(ScalarType.Long));
    Tensor slope = torch.div(torch.sub(after, before), scalar(2)).reshape(dims);
    return straightThrough(exact, torch.mul(x, slope.detach()));
  }

  static Tensor averagePool(TorchCall call) {
    QAveragePoolProblem problem = (QAveragePoolProblem) call.problem();
    PoolGeometry geometry =
        new PoolGeometry(
            problem.batch(),
            problem.channels(),
            problem.input(),
            problem.kernel(),
            problem.strides(),
            problem.dilations(),
            problem.padsBegin(),
            problem.padsEnd(),
            problem.output());
    Tensor x = centered(call.input(0), problem.inputZeroPoint());
    Tensor counts = PoolOps.counts(x, geometry, problem.countPadding());
    Tensor factor = torch.div(TorchTensors.of(new float[] {problem.ratio()}, 1), counts);
    Tensor sums = straightThrough(torch.round(PoolOps.sum(x, geometry)), PoolOps.sum(x, geometry));
    return round(call, torch.mul(sums, factor), problem.zeroPoint(), problem.low(), problem.high());
  }

  static Tensor globalAveragePool(TorchCall call) {
    QGlobalAveragePool op = call.op(QGlobalAveragePool.class);
    Tensor x = centered(call.input(0), op.inputZeroPoint());
    long[] axes = new long[Math.toIntExact(x.dim()) - 2];
    float pixels = 1;
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i + 2;
      pixels *= x.size(i + 2);
    }
    Tensor sums = torch.sum(x, axes, true, new ScalarTypeOptional());
    Tensor real = torch.mul(sums, scalar(op.ratio() / pixels));
    return round(call, real, op.zeroPoint(), op.low(), op.high());
  }
}
