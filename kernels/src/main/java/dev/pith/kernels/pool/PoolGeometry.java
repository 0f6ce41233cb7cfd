package dev.pith.kernels.pool;

import dev.pith.kernels.conv.TapIndex;
import dev.pith.kernels.conv.WindowLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Extents of a pooling window and of what it slides over; one entry for each spatial axis.
 *
 * @param batch images
 * @param channels channels
 * @param input spatial extents of the input
 * @param kernel extents of the window
 * @param strides steps of the window, at least 1
 * @param dilations distances between cells of the window, at least 1
 * @param padsBegin padding before each axis
 * @param padsEnd padding after each axis
 * @param output spatial extents of the output; the last window may reach beyond the padding
 */
public record PoolGeometry(
    long batch,
    long channels,
    List<Long> input,
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    List<Long> padsBegin,
    List<Long> padsEnd,
    List<Long> output) {

  public PoolGeometry {
    input = List.copyOf(input);
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    dilations = List.copyOf(dilations);
    padsBegin = List.copyOf(padsBegin);
    padsEnd = List.copyOf(padsEnd);
    output = List.copyOf(output);
    WindowLimits.check(input, kernel, strides, dilations, padsBegin, padsEnd);
  }

  /** Number of spatial axes. */
  public int axes() {
    return kernel.size();
  }

  /** Spatial elements of the input. */
  public long inputPixels() {
    return product(input);
  }

  /** Spatial elements of the output. */
  public long outputPixels() {
    return product(output);
  }

  /** Cells of the window. */
  public long taps() {
    return product(kernel);
  }

  /** Channels of all images. */
  public long planes() {
    return batch * channels;
  }

  /** Which input pixel each cell reads; −1 in the padding. */
  public TapIndex cells() {
    return index(input, padsBegin);
  }

  /** The same windows with declared padding seen as part of the input; −1 beyond it. */
  public TapIndex paddedCells() {
    List<Long> extents = new ArrayList<>();
    for (int i = 0; i < axes(); i++) {
      extents.add(padsBegin.get(i) + input.get(i) + padsEnd.get(i));
    }
    return index(extents, Collections.nCopies(axes(), 0L));
  }

  private TapIndex index(List<Long> extents, List<Long> pads) {
    long[] out = output.stream().mapToLong(Long::longValue).toArray();
    return new TapIndex(extents, out, kernel, strides, dilations, pads);
  }

  private static long product(List<Long> extents) {
    return extents.stream().reduce(1L, Math::multiplyExact);
  }
}
