package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Sum of two U8 tensors with broadcasting and requantization; {@link QAddProblem} has the
 * arithmetic.
 *
 * @param aZeroPoint zero point of a
 * @param aRatio scale of a over scale of the output
 * @param bZeroPoint zero point of b
 * @param bRatio scale of b over scale of the output
 * @param zeroPoint zero point of the output
 * @param low smallest stored value
 * @param high largest stored value
 */
public record QAdd(
    int aZeroPoint, float aRatio, int bZeroPoint, float bRatio, int zeroPoint, int low, int high)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape shape =
        Shape.broadcast(
            QuantizedTypes.u8(context, 0).shape(), QuantizedTypes.u8(context, 1).shape());
    return List.of(new TensorType(DType.U8, shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new QAddProblem(
        context.input(0).shape(),
        context.input(1).shape(),
        aZeroPoint,
        aRatio,
        bZeroPoint,
        bRatio,
        zeroPoint,
        low,
        high);
  }
}
