package dev.pith.kernels.sequence;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.DType;

/**
 * Running results along an axis: y[o, t, i] = f(… f(x[o, 0, i], x[o, 1, i]) …, x[o, t, i]). ONNX
 * CumSum, CumProd.
 *
 * @param function ADD or MUL
 * @param dtype element type of input and output
 * @param outer positions before the axis
 * @param count positions along the axis
 * @param inner positions behind the axis
 * @param exclusive whether x[o, t, i] itself is left out, so that the first result is neutral
 * @param reverse whether the axis is walked from its end
 */
public record CumulativeProblem(
    BinaryFunction function,
    DType dtype,
    long outer,
    long count,
    long inner,
    boolean exclusive,
    boolean reverse)
    implements Problem {

  public CumulativeProblem {
    if (function != BinaryFunction.ADD && function != BinaryFunction.MUL) {
      throw new IllegalArgumentException(function + " has no running result; ADD and MUL have");
    }
  }

  @Override
  public long work() {
    return outer * count * inner;
  }
}
