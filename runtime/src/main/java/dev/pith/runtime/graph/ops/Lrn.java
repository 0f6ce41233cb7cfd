package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.normalize.LrnProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Local response normalization over the channels of x [N, C, …]; {@link LrnProblem} has the
 * arithmetic. ONNX LRN.
 *
 * @param size channels of the sum
 * @param alpha factor of the sum
 * @param beta exponent
 * @param bias what is added to the sum
 */
public record Lrn(long size, float alpha, float beta, float bias) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (!x.dtype().isFloat() || x.shape().rank() < 2 || size < 1) {
      throw new IllegalArgumentException(
          "x is " + x + " and size " + size + "; images of real numbers and 1 or more are needed");
    }
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    return new LrnProblem(
        x.dtype(),
        shape.dim(0),
        shape.dim(1),
        shape.elementCount(2, shape.rank()),
        size,
        alpha,
        beta,
        bias);
  }
}
