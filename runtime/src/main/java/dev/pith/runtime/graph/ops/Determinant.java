package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.linalg.DeterminantProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;

/** Determinants of the square matrices in the last two axes of x. ONNX Det. */
public record Determinant() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    if (!x.dtype().isFloat() || shape.rank() < 2 || shape.dim(-1) != shape.dim(-2)) {
      throw new IllegalArgumentException("x is " + x + "; square matrices are needed");
    }
    Shape y = Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    return List.of(new TensorType(x.dtype(), y));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new DeterminantProblem(
        x.dtype(), outputs.get(0).shape().elementCount(), x.shape().dimInt(-1));
  }
}
