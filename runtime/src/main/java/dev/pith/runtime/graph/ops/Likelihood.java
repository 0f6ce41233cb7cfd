package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.loss.LikelihoodProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Negative log likelihood; {@link LikelihoodProblem} has inputs and arithmetic. ONNX
 * NegativeLogLikelihoodLoss.
 *
 * @param reduction what becomes of the places
 * @param ignored a class whose places do not count; {@link LikelihoodProblem#NONE} for none
 */
public record Likelihood(LikelihoodProblem.Reduction reduction, long ignored) implements Op {

  private static Shape places(Shape x) {
    long[] dims = new long[x.rank() - 1];
    dims[0] = x.dim(0);
    for (int i = 1; i < dims.length; i++) {
      dims[i] = x.dim(i + 1);
    }
    return Shape.of(dims);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    TensorType target = context.input(1);
    if (x.shape().rank() < 2
        || !x.dtype().isFloat()
        || target.dtype() != DType.I32 && target.dtype() != DType.I64
        || !target.shape().equals(places(x.shape()))) {
      throw new IllegalArgumentException(
          "target is " + target + "; one class for each place of x " + x + " is needed");
    }
    if (context.has(2)
        && !context.input(2).equals(new TensorType(x.dtype(), Shape.of(x.shape().dim(1))))) {
      throw new IllegalArgumentException(
          "weight is " + context.input(2) + "; one for each class of x " + x + " is needed");
    }
    boolean whole = reduction != LikelihoodProblem.Reduction.NONE;
    return List.of(new TensorType(x.dtype(), whole ? Shape.SCALAR : target.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new LikelihoodProblem(
        x.dtype(),
        context.input(1).dtype(),
        x.shape().dim(0),
        x.shape().dim(1),
        x.shape().elementCount(2, x.shape().rank()),
        reduction,
        context.has(2),
        ignored);
  }
}
