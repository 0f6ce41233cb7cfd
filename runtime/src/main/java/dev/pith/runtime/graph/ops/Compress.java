package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The positions of input 0 along an axis at which input 1 (a BOOL vector, which may be shorter)
 * holds. ONNX Compress.
 *
 * @param axis the axis; negative counts from the end
 */
public record Compress(long axis) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    int along = x.shape().axis(axis);
    long[] condition = context.longs(1);
    if (condition.length > x.shape().dim(along)) {
      throw new IllegalArgumentException(
          condition.length + " conditions are more than axis " + axis + " of " + x + " has");
    }
    long kept = Arrays.stream(condition).filter(c -> c != 0).count();
    return List.of(new TensorType(x.dtype(), x.shape().with(along, kept)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    int along = x.shape().axis(axis);
    long[] condition = context.longs(1);
    CopyProblem.Builder builder = CopyProblem.builder(x.dtype(), outputs.get(0).shape());
    long at = 0;
    for (int i = 0; i < condition.length; ) {
      int end = i;
      while (end < condition.length && condition[end] != 0) {
        end++;
      }
      builder.copy(
          0,
          StridedView.of(x.shape()).slice(along, i, 1, end - i),
          0,
          builder.output(0).slice(along, at, 1, end - i));
      at += end - i;
      i = end + 1;
    }
    return builder.build();
  }
}
