package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Ones on a diagonal and zeros elsewhere, in the shape of input 0, a matrix. ONNX EyeLike.
 *
 * @param dtype element type of the output
 * @param diagonal 0 for the main one, larger to the right
 */
public record EyeLike(DType dtype, long diagonal) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape shape = context.input(0).shape();
    if (shape.rank() != 2) {
      throw new IllegalArgumentException(context.input(0) + " is not a matrix");
    }
    return List.of(new TensorType(dtype, shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a unit matrix is known beforehand");
  }

  @Override
  public List<Tensor> fold(OpContext context) {
    Shape shape = infer(context).get(0).shape();
    Tensor eye = Tensor.allocate(Arena.ofAuto(), dtype, shape);
    for (long row = 0; row < shape.dim(0); row++) {
      long column = row + diagonal;
      if (column >= 0 && column < shape.dim(1)) {
        Elements.setLong(dtype, eye.values(), row * shape.dim(1) + column, 1);
      }
    }
    return List.of(eye);
  }
}
