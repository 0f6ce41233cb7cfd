package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Input 0 repeated along each axis as often as input 1 (I64 vector) says. ONNX Tile. */
public record Tile() implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    long[] repeats = context.longs(1);
    if (repeats.length != x.shape().rank()) {
      throw new IllegalArgumentException(
          "repeats " + Arrays.toString(repeats) + " do not fit the rank of " + x);
    }
    long[] dims = x.shape().dims();
    for (int i = 0; i < dims.length; i++) {
      if (repeats[i] < 0) {
        throw new IllegalArgumentException("repeats " + Arrays.toString(repeats) + " are negative");
      }
      dims[i] = Math.multiplyExact(dims[i], repeats[i]);
    }
    return List.of(new TensorType(x.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    CopyProblem.Builder builder = CopyProblem.builder(x.dtype(), outputs.get(0).shape());
    if (outputs.get(0).shape().elementCount() == 0) {
      return builder.build();
    }
    long[] repeats = context.longs(1);
    StridedView source = StridedView.of(x.shape());
    StridedView target = builder.output(0);
    for (int axis = repeats.length - 1; axis >= 0; axis--) {
      source = source.repeat(axis, repeats[axis]);
      target = target.split(axis, x.shape().dim(axis));
    }
    return builder.copy(0, source, 0, target).build();
  }
}
