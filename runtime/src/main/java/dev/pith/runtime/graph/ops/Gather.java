package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.GatherProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Slices of input 0 along an axis, at the positions that input 1 (I32 or I64, any shape) lists: the
 * axes of input 1 take the place of that axis. ONNX Gather; {@link GatherProblem} has the details.
 *
 * @param axis the axis; negative counts from the end
 */
public record Gather(long axis) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape indices = IndexTypes.indices(context, 1).shape();
    int along = x.shape().axis(axis);
    LongStream dims =
        LongStream.concat(
            LongStream.concat(
                Arrays.stream(x.shape().dims()).limit(along), Arrays.stream(indices.dims())),
            Arrays.stream(x.shape().dims()).skip(along + 1L));
    return List.of(new TensorType(x.dtype(), Shape.of(dims.toArray())));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType indices = context.input(1);
    int along = x.shape().axis(axis);
    return new GatherProblem(
        x.dtype(),
        indices.dtype(),
        x.shape().elementCount(0, along),
        true,
        indices.shape().elementCount(),
        List.of(x.shape().dim(along)),
        x.shape().elementCount(along + 1, x.shape().rank()));
  }
}
