package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.ScatterProblem;
import dev.pith.kernels.movement.ScatterReduction;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Input 0 with slices met by those of input 2, at the index tuples along the last axis of input 1.
 * ONNX ScatterND; {@link ScatterProblem} has the details.
 *
 * @param reduction how elements meet
 */
public record ScatterND(ScatterReduction reduction) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape indices = IndexTypes.indices(context, 1).shape();
    int picked = IndexTypes.extents(x.shape(), indices, 0).size();
    LongStream dims =
        LongStream.concat(
            Arrays.stream(indices.dims()).limit(indices.rank() - 1L),
            Arrays.stream(x.shape().dims()).skip(picked));
    IndexTypes.updates(context, 2, x, Shape.of(dims.toArray()));
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType indices = context.input(1);
    List<Long> extents = IndexTypes.extents(x.shape(), indices.shape(), 0);
    return new ScatterProblem(
        x.dtype(),
        indices.dtype(),
        indices.shape().elementCount(0, indices.shape().rank() - 1),
        extents,
        x.shape().elementCount(extents.size(), x.shape().rank()),
        reduction);
  }
}
