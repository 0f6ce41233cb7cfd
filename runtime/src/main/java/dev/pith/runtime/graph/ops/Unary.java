package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.elementwise.UnaryProblem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * y[i] = f(x[i]).
 *
 * @param function which function
 * @param alpha its first parameter, if it has one
 * @param beta its second parameter, if it has one
 */
public record Unary(UnaryFunction function, float alpha, float beta) implements Op {

  /** A function without parameters. */
  public static Unary of(UnaryFunction function) {
    return new Unary(function, 0, 0);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (!function.accepts(x.dtype())) {
      throw new IllegalArgumentException(function + " is not defined on " + x);
    }
    return List.of(new TensorType(function.result(x.dtype()), x.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new UnaryProblem(function, x.dtype(), x.shape(), alpha, beta);
  }
}
