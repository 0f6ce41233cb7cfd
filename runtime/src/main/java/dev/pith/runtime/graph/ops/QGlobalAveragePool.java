package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Average of each channel of a U8 tensor over all spatial axes, with requantization; {@link
 * QAveragePoolProblem} has the arithmetic.
 *
 * @param inputZeroPoint zero point of the input
 * @param ratio scale of the input over scale of the output
 * @param zeroPoint zero point of the output
 * @param low smallest stored value
 * @param high largest stored value
 */
public record QGlobalAveragePool(int inputZeroPoint, float ratio, int zeroPoint, int low, int high)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape x = QuantizedTypes.u8(context, 0).shape();
    if (x.rank() < 3) {
      throw new IllegalArgumentException("x " + x + " has no spatial axes to average over");
    }
    Shape y = x;
    for (int i = 2; i < x.rank(); i++) {
      y = y.with(i, 1);
    }
    return List.of(new TensorType(DType.U8, y));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    ConvWindow plain = ConvWindow.plain(x.rank() - 2);
    return new QAveragePoolProblem(
        x.dim(0),
        x.dim(1),
        QAveragePool.spatial(x),
        QAveragePool.spatial(x),
        plain.strides(),
        plain.dilations(),
        plain.padsBegin(),
        plain.padsEnd(),
        QAveragePool.spatial(outputs.get(0).shape()),
        false,
        inputZeroPoint,
        ratio,
        zeroPoint,
        low,
        high);
  }
}
