package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QLinearMatMulProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX QLinearMatMul where both inputs, scales or zero points are computed; {@link
 * QLinearMatMulProblem} has the arithmetic. {@link QLinear} is the form for constant symmetric
 * weights.
 *
 * <p>Inputs: a, its scale and zero point; b, its scale and zero point; scale and zero point of y. a
 * and b have rank 2 or more; their scales and zero points have one element, or one for each row of
 * a, or for each column of b.
 */
public record QLinearMatMul() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    QLinearMatMulProblem problem = problem(context);
    return List.of(new TensorType(problem.output(), problem.outputShape()));
  }

  private static QLinearMatMulProblem problem(OpContext context) {
    TensorType a = QuantizedTypes.byteType(context, 0);
    TensorType b = QuantizedTypes.byteType(context, 3);
    MatrixGrid.checkProduct(a.shape(), b.shape());
    TensorType scale = QuantizedTypes.oneOf(context, 1, DType.F32, DType.F16, DType.BF16);
    TensorType bScale = QuantizedTypes.oneOf(context, 4, scale.dtype());
    QuantizedTypes.oneOf(context, 6, scale.dtype());
    QuantizedTypes.count(context, 6, 1);
    QuantizedTypes.count(context, 7, 1);
    TensorType aZero = QuantizedTypes.oneOf(context, 2, a.dtype());
    TensorType bZero = QuantizedTypes.oneOf(context, 5, b.dtype());
    QuantizedTypes.count(context, 2, scale.shape().elementCount());
    QuantizedTypes.count(context, 5, bScale.shape().elementCount());
    return new QLinearMatMulProblem(
        a.shape(),
        b.shape(),
        a.dtype(),
        b.dtype(),
        QuantizedTypes.byteType(context, 7).dtype(),
        scale.dtype(),
        MatrixGrid.rows(a.shape(), aZero.shape()),
        MatrixGrid.columns(b.shape(), bZero.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }
}
