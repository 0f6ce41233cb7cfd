package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.SelectProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/** y = input 0 ? input 1 : input 2, with NumPy broadcasting. ONNX Where. */
public record Where() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType condition = context.input(0);
    TensorType a = context.input(1);
    TensorType b = context.input(2);
    if (condition.dtype() != DType.BOOL) {
      throw new IllegalArgumentException("the condition is " + condition + ", not BOOL");
    }
    if (a.dtype() != b.dtype()) {
      throw new IllegalArgumentException(
          "choosing between " + a + " and " + b + ": the element types differ");
    }
    Shape shape = Shape.broadcast(condition.shape(), Shape.broadcast(a.shape(), b.shape()));
    return List.of(new TensorType(a.dtype(), shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType a = context.input(1);
    return new SelectProblem(
        a.dtype(), context.input(0).shape(), a.shape(), context.input(2).shape());
  }
}
