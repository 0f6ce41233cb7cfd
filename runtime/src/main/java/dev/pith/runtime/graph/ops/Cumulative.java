package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.sequence.CumulativeProblem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Running sums or products of input 0 along the axis that input 1 (one number) gives. ONNX CumSum,
 * CumProd; {@link CumulativeProblem} has the details.
 *
 * @param function ADD or MUL
 * @param exclusive whether an element is left out of its own result
 * @param reverse whether the axis is walked from its end
 */
public record Cumulative(BinaryFunction function, boolean exclusive, boolean reverse)
    implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    x.shape().axis(context.longs(1)[0]);
    if (!function.accepts(x.dtype())) {
      throw new IllegalArgumentException(function + " is not defined on " + x);
    }
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    int axis = x.shape().axis(context.longs(1)[0]);
    return new CumulativeProblem(
        function,
        x.dtype(),
        x.shape().elementCount(0, axis),
        x.shape().dim(axis),
        x.shape().elementCount(axis + 1, x.shape().rank()),
        exclusive,
        reverse);
  }
}
