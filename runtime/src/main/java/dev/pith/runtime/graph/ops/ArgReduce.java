package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.search.ArgReduceProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Position (I64) of the largest or smallest element along an axis. ONNX ArgMax and ArgMin.
 *
 * @param largest whether the largest is sought, or the smallest
 * @param axis the axis; negative ones count from the end
 * @param keepDims whether the axis stays as an extent of 1
 * @param last whether the last of equals is taken, or the first
 */
public record ArgReduce(boolean largest, long axis, boolean keepDims, boolean last) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape x = context.input(0).shape();
    int along = x.axis(axis);
    if (x.dim(along) == 0) {
      throw new IllegalArgumentException("axis " + axis + " of x " + x + " is empty");
    }
    long[] dims =
        IntStream.range(0, x.rank())
            .filter(i -> keepDims || i != along)
            .mapToLong(i -> i == along ? 1 : x.dim(i))
            .toArray();
    return List.of(new TensorType(DType.I64, Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    int along = x.shape().axis(axis);
    return new ArgReduceProblem(
        largest,
        last,
        x.dtype(),
        x.shape().elementCount(0, along),
        x.shape().dim(along),
        x.shape().elementCount(along + 1, x.shape().rank()));
  }
}
