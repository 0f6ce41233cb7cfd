package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.MatMulIntegerProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX MatMulInteger; {@link MatMulIntegerProblem} has the arithmetic.
 *
 * <p>Inputs of rank 2 or more: a and b, U8 or I8; optional zero points of their types: one element,
 * or one for each row of a, or for each column of b. Output: I32.
 */
public record MatMulInteger() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(DType.I32, problem(context).output()));
  }

  private static MatMulIntegerProblem problem(OpContext context) {
    TensorType a = QuantizedTypes.byteType(context, 0);
    TensorType b = QuantizedTypes.byteType(context, 1);
    MatrixGrid.checkProduct(a.shape(), b.shape());
    Shape aZero = null;
    Shape bZero = null;
    if (context.has(2)) {
      aZero = MatrixGrid.rows(a.shape(), QuantizedTypes.oneOf(context, 2, a.dtype()).shape());
    }
    if (context.has(3)) {
      bZero = MatrixGrid.columns(b.shape(), QuantizedTypes.oneOf(context, 3, b.dtype()).shape());
    }
    return new MatMulIntegerProblem(a.shape(), b.shape(), a.dtype(), b.dtype(), aZero, bZero);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }
}
