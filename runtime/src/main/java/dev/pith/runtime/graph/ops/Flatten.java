package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Input 0 as a matrix: axes before {@code axis} are its rows, the others its columns. ONNX Flatten.
 *
 * @param axis first axis of the columns; negative counts from the end
 */
public record Flatten(long axis) implements Op {

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    int rank = x.shape().rank();
    if (axis < -rank || axis > rank) {
      throw new IllegalArgumentException("axis " + axis + " is outside " + x);
    }
    int split = (int) (axis < 0 ? axis + rank : axis);
    Shape shape = Shape.of(x.shape().elementCount(0, split), x.shape().elementCount(split, rank));
    return List.of(new TensorType(x.dtype(), shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a view has no problem");
  }
}
