package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.ScatterElementsProblem;
import dev.pith.kernels.movement.ScatterReduction;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Input 0 with single elements met by those of input 2, each at its own place but for one
 * coordinate, which input 1 gives. ONNX ScatterElements; {@link ScatterElementsProblem} has the
 * details.
 *
 * @param axis axis of that coordinate; negative counts from the end
 * @param reduction how elements meet
 */
public record ScatterElements(long axis, ScatterReduction reduction) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape indices = IndexTypes.indices(context, 1).shape();
    IndexTypes.elements(x.shape(), indices, x.shape().axis(axis));
    IndexTypes.updates(context, 2, x, indices);
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType indices = context.input(1);
    return new ScatterElementsProblem(
        x.dtype(), indices.dtype(), x.shape(), indices.shape(), x.shape().axis(axis), reduction);
  }
}
