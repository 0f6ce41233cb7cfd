package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Part of input 0: along each axis of input 3 (default: the first ones), positions from input 1 to
 * input 2 (exclusive), in steps of input 4 (default 1, may be negative); inputs 1 to 4 are I64 or
 * I32 vectors. Negative positions count from the end; positions outside are clamped. ONNX Slice.
 */
public record Slice() implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1, 2, 3, 4);
  }

  private static StridedView view(OpContext context) {
    Shape x = context.input(0).shape();
    long[] starts = context.longs(1);
    long[] ends = context.longs(2);
    long[] axes = context.has(3) ? context.longs(3) : null;
    long[] steps = context.has(4) ? context.longs(4) : null;
    if (ends.length != starts.length
        || axes != null && axes.length != starts.length
        || steps != null && steps.length != starts.length) {
      throw new IllegalArgumentException(
          "starts "
              + Arrays.toString(starts)
              + ", ends "
              + Arrays.toString(ends)
              + ", axes "
              + Arrays.toString(axes)
              + " and steps "
              + Arrays.toString(steps)
              + " differ in length");
    }
    StridedView view = StridedView.of(x);
    for (int i = 0; i < starts.length; i++) {
      int axis = x.axis(axes == null ? i : axes[i]);
      view = slice(view, axis, starts[i], ends[i], steps == null ? 1 : steps[i]);
    }
    return view;
  }

  private static StridedView slice(StridedView view, int axis, long from, long to, long step) {
    if (step == 0) {
      throw new IllegalArgumentException("the step along axis " + axis + " is 0");
    }
    long extent = view.shape().dim(axis);
    if (extent == 0) {
      return view;
    }
    long last = step > 0 ? extent : extent - 1;
    long start = Math.clamp(from < 0 ? from + extent : from, 0, last);
    long end = Math.clamp(to < 0 ? to + extent : to, step > 0 ? 0 : -1, last);
    long span = step > 0 ? end - start : start - end;
    // The magnitude of a step beyond the extent does not matter; clamping it avoids overflow.
    long magnitude = Math.min(step > 0 ? step : -Math.max(step, -Long.MAX_VALUE), extent + 1);
    long count = span <= 0 ? 0 : (span + magnitude - 1) / magnitude;
    return view.slice(axis, start, step > 0 ? magnitude : -magnitude, count);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(context.input(0).dtype(), view(context).shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return CopyProblem.builder(context.input(0).dtype(), outputs.get(0).shape())
        .only(0, view(context));
  }
}
