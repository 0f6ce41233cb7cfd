package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.OneHotProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * A new axis of the extent that input 1 (one number) gives, with input 2's second element at the
 * positions that input 0 lists and its first elsewhere. ONNX OneHot; {@link OneHotProblem} has the
 * details.
 *
 * @param axis place of the new axis in the output; negative counts from the end
 */
public record OneHot(long axis) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  private int place(Shape indices) {
    int rank = indices.rank() + 1;
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException("axis " + axis + " cannot be added to shape " + indices);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape indices = context.input(0).shape();
    TensorType values = context.input(2);
    long depth = context.longs(1)[0];
    if (values.shape().elementCount() != 2 || depth < 0) {
      throw new IllegalArgumentException(
          "values " + values + " and depth " + depth + " make no one-hot vectors");
    }
    int place = place(indices);
    long[] dims = new long[indices.rank() + 1];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = d == place ? depth : indices.dim(d < place ? d : d - 1);
    }
    return List.of(new TensorType(values.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType indices = context.input(0);
    int place = place(indices.shape());
    return new OneHotProblem(
        indices.dtype(),
        context.input(2).dtype(),
        indices.shape().elementCount(0, place),
        outputs.get(0).shape().dim(place),
        indices.shape().elementCount(place, indices.shape().rank()));
  }
}
