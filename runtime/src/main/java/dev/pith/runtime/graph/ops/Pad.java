package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyBlock;
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
 * Input 0 with more (or, for negative counts, fewer) positions at both ends of its axes. Input 1
 * (I64 vector) has the counts at all beginnings, then those at all ends; input 2, optional, is the
 * number written by {@link Mode#CONSTANT} (default 0); input 3, optional (I64 vector), has the axes
 * the counts are about (default: all). ONNX Pad.
 *
 * @param mode what is written
 */
public record Pad(Mode mode) implements Op {

  /** What padding is made of. */
  public enum Mode {
    /** One number. */
    CONSTANT,
    /** The elements next to the edge, mirrored there; the edge itself is not repeated. */
    REFLECT,
    /** The edge. */
    EDGE,
    /** The elements at the other end. */
    WRAP
  }

  /** Positions of one axis: what is cut and what is added. */
  private record Extent(long from, long kept, long before, long after) {

    long total() {
      return Math.addExact(kept, Math.addExact(before, after));
    }

    /** The position of the input at position {@code at} of the output. */
    long source(Mode mode, long at) {
      long place = at - before;
      return from
          + switch (mode) {
            case EDGE -> Math.clamp(place, 0, kept - 1);
            case WRAP -> Math.floorMod(place, kept);
            default -> {
              long period = Math.max(1, 2 * (kept - 1));
              long phase = Math.floorMod(place, period);
              yield Math.min(phase, period - phase);
            }
          };
    }
  }

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1, 3);
  }

  private Extent[] extents(OpContext context) {
    TensorType x = context.input(0);
    long[] counts = context.longs(1);
    long[] axes = context.has(3) ? context.longs(3) : null;
    int listed = axes == null ? x.shape().rank() : axes.length;
    if (counts.length != 2 * listed) {
      throw new IllegalArgumentException(
          "pads "
              + Arrays.toString(counts)
              + " are not two for each of "
              + listed
              + " axes of "
              + x);
    }
    Extent[] extents = new Extent[x.shape().rank()];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = new Extent(0, x.shape().dim(i), 0, 0);
    }
    for (int i = 0; i < listed; i++) {
      int axis = x.shape().axis(axes == null ? i : axes[i]);
      long before = counts[i];
      long after = counts[i + listed];
      long kept = x.shape().dim(axis) + Math.min(0, before) + Math.min(0, after);
      if (kept < 0 || kept == 0 && mode != Mode.CONSTANT && (before > 0 || after > 0)) {
        throw new IllegalArgumentException(
            "pads " + Arrays.toString(counts) + " leave nothing of axis " + axis + " of " + x);
      }
      extents[axis] =
          new Extent(Math.max(0, -before), kept, Math.max(0, before), Math.max(0, after));
    }
    return extents;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (context.has(2)) {
      TensorType value = context.input(2);
      if (value.dtype() != x.dtype() || value.shape().elementCount() != 1) {
        throw new IllegalArgumentException("the value " + value + " cannot pad " + x);
      }
    }
    long[] dims = Arrays.stream(extents(context)).mapToLong(Extent::total).toArray();
    return List.of(new TensorType(x.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    Extent[] extents = extents(context);
    CopyProblem.Builder builder = CopyProblem.builder(x.dtype(), outputs.get(0).shape());
    StridedView source = StridedView.of(x.shape());
    StridedView target = builder.output(0);
    if (mode != Mode.CONSTANT) {
      segments(builder, extents, 0, source, target);
      return builder.build();
    }
    long[] start = new long[extents.length];
    long[] count = new long[extents.length];
    for (int axis = 0; axis < extents.length; axis++) {
      start[axis] = extents[axis].before();
      count[axis] = extents[axis].kept();
      source = source.slice(axis, extents[axis].from(), 1, count[axis]);
      target = target.slice(axis, start[axis], 1, count[axis]);
    }
    return builder
        .fillAround(context.has(2) ? 2 : CopyBlock.ZEROS, 0, start, count)
        .copy(0, source, 0, target)
        .build();
  }

  /**
   * Adds a copy for each combination of runs, from axis {@code axis} on, along which the position
   * in the input moves by the same step.
   */
  private void segments(
      CopyProblem.Builder builder,
      Extent[] extents,
      int axis,
      StridedView source,
      StridedView target) {
    if (axis == extents.length) {
      builder.copy(0, source, 0, target);
      return;
    }
    Extent extent = extents[axis];
    for (long at = 0; at < extent.total(); ) {
      long first = extent.source(mode, at);
      long end = at + 1;
      long step = end < extent.total() ? extent.source(mode, end) - first : 1;
      step = Math.abs(step) > 1 ? 1 : step;
      while (end < extent.total() && extent.source(mode, end) == first + step * (end - at)) {
        end++;
      }
      segments(
          builder,
          extents,
          axis + 1,
          source.slice(axis, first, step, end - at),
          target.slice(axis, at, 1, end - at));
      at = end;
    }
  }
}
