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
 * Slices of input 0 at the index tuples along the last axis of input 1. ONNX GatherND; {@link
 * GatherProblem} has the details.
 *
 * @param batchAxes leading axes of both inputs that belong together
 */
public record GatherND(long batchAxes) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape indices = IndexTypes.indices(context, 1).shape();
    int batch = Math.toIntExact(batchAxes);
    int picked = batch + IndexTypes.extents(x.shape(), indices, batch).size();
    LongStream dims =
        LongStream.concat(
            Arrays.stream(indices.dims()).limit(indices.rank() - 1L),
            Arrays.stream(x.shape().dims()).skip(picked));
    return List.of(new TensorType(x.dtype(), Shape.of(dims.toArray())));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType indices = context.input(1);
    int batch = Math.toIntExact(batchAxes);
    List<Long> extents = IndexTypes.extents(x.shape(), indices.shape(), batch);
    return new GatherProblem(
        x.dtype(),
        indices.dtype(),
        x.shape().elementCount(0, batch),
        false,
        indices.shape().elementCount(batch, indices.shape().rank() - 1),
        extents,
        x.shape().elementCount(batch + extents.size(), x.shape().rank()));
  }
}
