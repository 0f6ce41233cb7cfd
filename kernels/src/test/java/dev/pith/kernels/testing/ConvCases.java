package dev.pith.kernels.testing;

import dev.pith.kernels.conv.ConvGeometry;
import java.util.Arrays;
import java.util.List;

/** Convolutions that have gone wrong somewhere before, or might. */
public final class ConvCases {

  private ConvCases() {}

  /** Extents of awkward sizes, every kind of window, groups, and one to three axes. */
  public static List<ConvGeometry> all() {
    return List.of(
        of(1, 1, 1, 1, axes(1, 1), axes(1, 1), axes(1, 1), axes(1, 1), axes(0, 0, 0, 0)),
        of(1, 3, 5, 1, axes(5, 5), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        of(2, 4, 6, 1, axes(9, 17), axes(3, 3), axes(1, 1), axes(1, 1), axes(0, 0, 0, 0)),
        of(1, 5, 4, 1, axes(13, 11), axes(3, 3), axes(2, 2), axes(1, 1), axes(1, 1, 1, 1)),
        of(1, 3, 7, 1, axes(15, 20), axes(7, 7), axes(2, 2), axes(1, 1), axes(3, 3, 3, 3)),
        of(1, 4, 3, 1, axes(12, 14), axes(1, 1), axes(2, 2), axes(1, 1), axes(0, 0, 0, 0)),
        of(2, 17, 9, 1, axes(7, 7), axes(1, 1), axes(1, 1), axes(1, 1), axes(0, 0, 0, 0)),
        of(1, 4, 8, 2, axes(6, 9), axes(3, 2), axes(1, 2), axes(2, 1), axes(2, 0, 1, 1)),
        of(1, 6, 4, 2, axes(10, 10), axes(3, 3), axes(3, 3), axes(2, 2), axes(2, 2, 2, 2)),
        of(1, 3, 3, 3, axes(8, 9), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        of(2, 4, 8, 4, axes(11, 7), axes(5, 3), axes(2, 2), axes(1, 2), axes(2, 2, 1, 2)),
        of(1, 2, 3, 1, axes(30), axes(4), axes(1), axes(1), axes(2, 1)),
        of(1, 3, 2, 1, axes(41), axes(3), axes(3), axes(2), axes(0, 4)),
        of(1, 2, 4, 1, axes(4, 5, 6), axes(2, 3, 2), axes(1, 1, 1), axes(1, 1, 1), noPads(3)),
        of(1, 2, 3, 1, axes(5, 6, 7), axes(3, 2, 3), axes(2, 1, 2), axes(1, 2, 1), onePads(3)),
        // Sums longer than fp32 holds exactly, and more columns than are unpacked at a time.
        of(1, 600, 6, 1, axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1), axes(0, 0, 0, 0)),
        of(1, 70, 5, 1, axes(4, 4), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        // No output at all.
        of(1, 2, 2, 1, axes(2, 2), axes(3, 3), axes(1, 1), axes(1, 1), axes(0, 0, 0, 0)),
        // Every other row is padding.
        of(1, 4, 5, 1, axes(1, 20), axes(3, 3), axes(2, 1), axes(1, 1), axes(1, 1, 1, 1)),
        // Enough channels for panels: one output left, three, nine; short rows, long sums.
        of(1, 20, 26, 1, axes(7, 7), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        of(2, 6, 28, 2, axes(9, 11), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        of(1, 300, 67, 1, axes(5, 5), axes(1, 1), axes(1, 1), axes(1, 1), axes(0, 0, 0, 0)),
        of(1, 3, 14, 1, axes(15, 20), axes(7, 7), axes(2, 2), axes(1, 1), axes(3, 3, 3, 3)),
        of(1, 30, 12, 1, axes(4, 3), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        // LeNet-5's: taps in two chunks, rows that fill no tile.
        of(2, 1, 20, 1, axes(28, 28), axes(5, 5), axes(1, 1), axes(1, 1), noPads(2)),
        of(2, 20, 50, 1, axes(12, 12), axes(5, 5), axes(1, 1), axes(1, 1), noPads(2)),
        // Channels by themselves: units over row ends, rows of one unit and less, many taps.
        of(2, 3, 3, 3, axes(7, 7), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        of(1, 3, 3, 3, axes(4, 4), axes(5, 3), axes(1, 1), axes(1, 2), axes(2, 2, 2, 2)),
        of(2, 2, 2, 2, axes(14, 15), axes(3, 3), axes(2, 2), axes(1, 1), axes(1, 1, 1, 1)),
        of(1, 3, 3, 3, axes(9, 43), axes(3, 4), axes(1, 2), axes(1, 1), axes(1, 0, 0, 1)),
        of(1, 2, 2, 2, axes(30, 21), axes(7, 7), axes(1, 1), axes(1, 1), axes(3, 3, 3, 3)),
        // Planes that are moved apart in the cache.
        of(1, 3, 5, 1, axes(14, 14), axes(3, 3), axes(1, 1), axes(1, 1), axes(1, 1, 1, 1)),
        of(1, 2, 150, 1, axes(43), axes(4), axes(1), axes(1), axes(2, 1)));
  }

  /** The extents, as an array. */
  public static long[] axes(long... extents) {
    return extents;
  }

  private static long[] noPads(int axes) {
    return new long[2 * axes];
  }

  private static long[] onePads(int axes) {
    long[] pads = new long[2 * axes];
    Arrays.fill(pads, 1);
    return pads;
  }

  /** A geometry; {@code pads} are those before all axes, then those after. */
  public static ConvGeometry of(
      long batch,
      long inputs,
      long outputs,
      long groups,
      long[] input,
      long[] kernel,
      long[] strides,
      long[] dilations,
      long[] pads) {
    int axes = input.length;
    return new ConvGeometry(
        batch,
        inputs,
        outputs,
        groups,
        list(input),
        list(kernel),
        list(strides),
        list(dilations),
        list(Arrays.copyOf(pads, axes)),
        list(Arrays.copyOfRange(pads, axes, 2 * axes)));
  }

  private static List<Long> list(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** The same convolution of {@code batch} images. */
  public static ConvGeometry withBatch(ConvGeometry g, long batch) {
    return new ConvGeometry(
        batch,
        g.inputChannels(),
        g.outputChannels(),
        g.groups(),
        g.input(),
        g.kernel(),
        g.strides(),
        g.dilations(),
        g.padsBegin(),
        g.padsEnd());
  }

  /** Shape of the weight: O, kernel, C / groups. */
  public static long[] weightDims(ConvGeometry g) {
    long[] dims = new long[g.axes() + 2];
    dims[0] = g.outputChannels();
    for (int i = 0; i < g.axes(); i++) {
      dims[i + 1] = g.kernel().get(i);
    }
    dims[g.axes() + 1] = g.inputChannels() / g.groups();
    return dims;
  }
}
