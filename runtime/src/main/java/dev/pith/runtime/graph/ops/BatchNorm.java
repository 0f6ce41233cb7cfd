package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.normalize.BatchNormProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * y = (x − mean) / √(variance + ε) · scale + bias for each channel of x [N, C, …]. Inputs: x,
 * scale, bias, mean, variance. ONNX BatchNormalization, inference.
 *
 * @param epsilon ε
 */
public record BatchNorm(float epsilon) implements Op {

  private static long channels(Shape x) {
    return x.rank() < 2 ? 1 : x.dim(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (!x.dtype().isFloat() || x.shape().rank() < 1) {
      throw new IllegalArgumentException("x is " + x + "; images of real numbers are needed");
    }
    for (int i = 1; i <= 4; i++) {
      TensorType parameter = context.input(i);
      if (parameter.dtype() != context.input(1).dtype()
          || !parameter.shape().equals(Shape.of(channels(x.shape())))) {
        throw new IllegalArgumentException(
            "input " + i + " is " + parameter + "; x " + x + " needs one for each channel");
      }
    }
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    return new BatchNormProblem(
        x.dtype(),
        context.input(1).dtype(),
        shape.dim(0),
        channels(shape),
        shape.rank() < 2 ? 1 : shape.elementCount(2, shape.rank()),
        epsilon);
  }
}
