package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/** Input 0 broadcast with the shape that input 1 (I64 vector) gives. ONNX Expand. */
public record Expand() implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape asked = Shape.of(context.longs(1));
    return List.of(new TensorType(x.dtype(), Shape.broadcast(x.shape(), asked)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    Shape y = outputs.get(0).shape();
    return CopyProblem.builder(x.dtype(), y).only(0, StridedView.of(x.shape()).broadcast(y));
  }
}
