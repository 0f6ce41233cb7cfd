package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.GatherElementsProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Single elements of input 0, each at its own place but for one coordinate, which input 1 gives.
 * ONNX GatherElements; {@link GatherElementsProblem} has the details.
 *
 * @param axis axis of that coordinate; negative counts from the end
 */
public record GatherElements(long axis) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape indices = IndexTypes.indices(context, 1).shape();
    IndexTypes.elements(x.shape(), indices, x.shape().axis(axis));
    return List.of(new TensorType(x.dtype(), indices));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType indices = context.input(1);
    return new GatherElementsProblem(
        x.dtype(), indices.dtype(), x.shape(), indices.shape(), x.shape().axis(axis));
  }
}
