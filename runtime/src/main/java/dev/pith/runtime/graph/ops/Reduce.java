package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.ReduceProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A function of input 0 along some of its axes. ONNX ReduceSum, ReduceMean, … and GlobalPool.
 *
 * @param function what is kept
 * @param axes axes to reduce where there is no input 1 (I64 vector); negative ones count from the
 *     end
 * @param keepDims whether reduced axes stay as extents of 1
 * @param noopWithoutAxes whether no axes at all means that each element is reduced alone, instead
 *     of all together
 */
public record Reduce(
    ReduceFunction function, List<Long> axes, boolean keepDims, boolean noopWithoutAxes)
    implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  private List<Integer> axes(OpContext context) {
    Shape x = context.input(0).shape();
    LongStream given =
        context.has(1) ? Arrays.stream(context.longs(1)) : axes.stream().mapToLong(Long::longValue);
    List<Integer> sorted = given.mapToInt(x::axis).sorted().distinct().boxed().toList();
    return sorted.isEmpty() && !noopWithoutAxes
        ? IntStream.range(0, x.rank()).boxed().toList()
        : sorted;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    boolean compares = function == ReduceFunction.MAX || function == ReduceFunction.MIN;
    if (x.dtype() == DType.BOOL && !compares
        || !x.dtype().isFloat() && function == ReduceFunction.LOG_SUM_EXP) {
      throw new IllegalArgumentException("x is " + x + ", which has no " + function);
    }
    List<Integer> reduced = axes(context);
    long[] dims =
        IntStream.range(0, x.shape().rank())
            .filter(i -> keepDims || !reduced.contains(i))
            .mapToLong(i -> reduced.contains(i) ? 1 : x.shape().dim(i))
            .toArray();
    return List.of(new TensorType(x.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new ReduceProblem(function, x.dtype(), x.shape(), axes(context));
  }
}
