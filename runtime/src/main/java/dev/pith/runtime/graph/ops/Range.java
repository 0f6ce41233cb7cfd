package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;

/**
 * Numbers from input 0 to input 1 (exclusive) in steps of input 2; each input is one number, all of
 * one type. ONNX Range.
 */
public record Range() implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(0, 1, 2);
  }

  private static long count(OpContext context) {
    DType type = context.input(0).dtype();
    for (int i = 0; i < 3; i++) {
      if (context.input(i).dtype() != type || context.input(i).shape().elementCount() != 1) {
        throw new IllegalArgumentException(
            "input " + i + " is " + context.input(i) + ", not one number of type " + type);
      }
    }
    if (type.isInteger()) {
      return count(context.longs(0)[0], context.longs(1)[0], context.longs(2)[0]);
    }
    double start = context.known(0).getDouble(0);
    double limit = context.known(1).getDouble(0);
    double step = context.known(2).getDouble(0);
    double count = Math.ceil((limit - start) / step);
    if (step == 0 || Double.isNaN(count) || count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "no range goes from " + start + " to " + limit + " in steps of " + step);
    }
    return (long) Math.max(0, count);
  }

  private static long count(long start, long limit, long step) {
    if (step == 0) {
      throw new IllegalArgumentException(
          "no range goes from " + start + " to " + limit + " in steps of 0");
    }
    long span = Math.subtractExact(limit, start);
    long count = Math.ceilDiv(span, step);
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the range from " + start + " to " + limit + " has " + count + " numbers, too many");
    }
    return Math.max(0, count);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(context.input(0).dtype(), Shape.of(count(context))));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a range is known beforehand");
  }

  @Override
  public List<Tensor> fold(OpContext context) {
    DType type = context.input(0).dtype();
    long count = count(context);
    Tensor range = Tensor.allocate(Arena.ofAuto(), type, Shape.of(count));
    for (long i = 0; i < count; i++) {
      if (type.isFloat()) {
        double value = context.known(0).getDouble(0) + i * context.known(2).getDouble(0);
        Elements.setDouble(type, range.values(), i, value);
      } else {
        Elements.setLong(type, range.values(), i, context.longs(0)[0] + i * context.longs(2)[0]);
      }
    }
    return List.of(range);
  }
}
