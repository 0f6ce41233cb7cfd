package dev.pith.kernels.movement;

import java.util.ArrayList;
import java.util.List;

/**
 * One strided copy: for every index (i₀, i₁ …), element {@code to + Σ iₖ·axes[k].toStride} of the
 * output becomes element {@code from + Σ iₖ·axes[k].fromStride} of the input.
 *
 * @param input which input, or {@link #ZEROS}
 * @param from first element read
 * @param output which output
 * @param to first element written
 * @param axes none of extent 1; axes that both sides walk through as through one are merged
 */
public record CopyBlock(int input, long from, int output, long to, List<Axis> axes) {

  /** In place of an input: zeros are written. */
  public static final int ZEROS = -1;

  /**
   * One axis of a copy.
   *
   * @param extent positions along the axis
   * @param fromStride elements between neighbours in the input; 0 repeats one, negative goes back
   * @param toStride elements between neighbours in the output
   */
  public record Axis(long extent, long fromStride, long toStride) {}

  public CopyBlock {
    axes = List.copyOf(axes);
  }

  /** Copies the elements of view {@code source} to those of {@code target}, of the same shape. */
  static CopyBlock of(int input, StridedView source, int output, StridedView target) {
    if (!source.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "elements " + source + " cannot become " + target + ": the extents differ");
    }
    List<Axis> axes = new ArrayList<>();
    for (int d = 0; d < source.shape().rank(); d++) {
      long extent = source.shape().dim(d);
      if (extent == 1) {
        continue;
      }
      Axis axis = new Axis(extent, source.stride(d), target.stride(d));
      Axis outer = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      if (outer != null
          && outer.fromStride == axis.fromStride * extent
          && outer.toStride == axis.toStride * extent) {
        axis = new Axis(outer.extent * extent, axis.fromStride, axis.toStride);
        axes.remove(axes.size() - 1);
      }
      axes.add(axis);
    }
    return new CopyBlock(input, source.offset(), output, target.offset(), axes);
  }

  /** Elements copied. */
  public long elementCount() {
    long count = 1;
    for (Axis axis : axes) {
      count *= axis.extent;
    }
    return count;
  }
}
