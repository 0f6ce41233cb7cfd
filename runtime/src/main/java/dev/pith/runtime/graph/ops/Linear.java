package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * y[.., N] = activation(x[.., K] · weight[N, K]ᵀ + bias + residual).
 *
 * <p>Inputs: x of rank 1 or more; weight [N, K]; optional bias [N]; optional residual of the
 * output's shape.
 *
 * <p>Bias, residual and output have the element type of x, a floating-point type.
 *
 * @param activation function applied last
 */
public record Linear(Activation activation) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape shape = output(context.input(0).shape(), context.input(1).shape());
    return List.of(new TensorType(context.input(0).dtype(), shape));
  }

  /** Shape of the output, for the int8 form as well. */
  static Shape output(Shape x, Shape weight) {
    if (x.rank() < 1 || weight.rank() != 2 || x.dim(-1) != weight.dim(1)) {
      throw new IllegalArgumentException(
          "x " + x + " does not fit weight " + weight + " (output features, input features)");
    }
    return x.with(-1, weight.dim(0));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    Shape weight = context.input(1).shape();
    return new LinearProblem(
        x.elementCount(0, x.rank() - 1),
        weight.dim(0),
        weight.dim(1),
        context.input(0).dtype(),
        context.input(1).dtype(),
        ConvWindow.layoutOf(context, 1),
        new Epilogue(context.has(2), context.has(3), activation));
  }
}
