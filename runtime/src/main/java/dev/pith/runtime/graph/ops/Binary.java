package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.BinaryProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * y = f(a, b) with NumPy broadcasting.
 *
 * @param function which function
 */
public record Binary(BinaryFunction function) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType a = context.input(0);
    TensorType b = context.input(1);
    if (a.dtype() != b.dtype()) {
      throw new IllegalArgumentException(
          function + " of " + a + " and " + b + ": the element types differ");
    }
    if (!function.accepts(a.dtype())) {
      throw new IllegalArgumentException(function + " is not defined on " + a);
    }
    return List.of(
        new TensorType(function.result(a.dtype()), Shape.broadcast(a.shape(), b.shape())));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType a = context.input(0);
    return new BinaryProblem(function, a.dtype(), a.shape(), context.input(1).shape());
  }
}
