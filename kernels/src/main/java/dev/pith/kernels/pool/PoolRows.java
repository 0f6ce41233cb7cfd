package dev.pith.kernels.pool;

import java.util.Arrays;

/**
 * How the windows of a plane fall into rows along the last axis: which input rows an output row
 * reads, and how many cells along the last axis count. Immutable.
 *
 * <p>Kernels first combine the input rows of an output row into one line that begins with the
 * padding before the last axis, then combine the cells along that line.
 */
final class PoolRows {

  private final PoolGeometry geometry;
  private final boolean countPadding;

  /** Elements of an input row. */
  final int inputWidth;

  /** Elements of an output row. */
  final int outputWidth;

  /** Cells of the window along the last axis. */
  final int kernel;

  final int stride;
  final int dilation;

  /** Padding before the last axis. */
  final int pad;

  /** Elements the windows of a row reach, padding included. */
  final int reach;

  private final float[] counts;

  PoolRows(PoolGeometry geometry, boolean countPadding) {
    this.geometry = geometry;
    this.countPadding = countPadding;
    int last = geometry.axes() - 1;
    this.inputWidth = Math.toIntExact(geometry.input().get(last));
    this.outputWidth = Math.toIntExact(geometry.output().get(last));
    this.kernel = Math.toIntExact(geometry.kernel().get(last));
    this.stride = Math.toIntExact(geometry.strides().get(last));
    this.dilation = Math.toIntExact(geometry.dilations().get(last));
    this.pad = Math.toIntExact(geometry.padsBegin().get(last));
    int windows = (outputWidth - 1) * stride + (kernel - 1) * dilation + 1;
    this.reach = Math.max(windows, pad + inputWidth);
    this.counts = new float[outputWidth];
    for (int j = 0; j < outputWidth; j++) {
      counts[j] = counted(last, j);
    }
  }

  private int counted(int axis, long output) {
    long before = geometry.padsBegin().get(axis);
    long low = countPadding ? -before : 0;
    long high = geometry.input().get(axis) + (countPadding ? geometry.padsEnd().get(axis) : 0);
    int count = 0;
    for (long tap = 0; tap < geometry.kernel().get(axis); tap++) {
      long at = output * geometry.strides().get(axis) + tap * geometry.dilations().get(axis);
      count += at - before >= low && at - before < high ? 1 : 0;
    }
    return count;
  }

  /** Output rows of a plane. */
  long rows() {
    return outputWidth == 0 ? 0 : geometry.outputPixels() / outputWidth;
  }

  /** Rows of the window: cells along all axes but the last. */
  long tapRows() {
    return geometry.taps() / kernel;
  }

  /**
   * The input row that {@code tapRow} of the window reads for {@code row}, or −1 in the padding.
   */
  long inputRow(long row, long tapRow) {
    long at = 0;
    long size = 1;
    for (int d = geometry.axes() - 2; d >= 0; d--) {
      long extent = geometry.input().get(d);
      long here =
          row % geometry.output().get(d) * geometry.strides().get(d)
              + tapRow % geometry.kernel().get(d) * geometry.dilations().get(d)
              - geometry.padsBegin().get(d);
      if (here < 0 || here >= extent) {
        return -1;
      }
      row /= geometry.output().get(d);
      tapRow /= geometry.kernel().get(d);
      at += here * size;
      size *= extent;
    }
    return at;
  }

  /** Cells that count along all axes but the last, for output row {@code row}. */
  int rowCount(long row) {
    int count = 1;
    for (int d = geometry.axes() - 2; d >= 0; d--) {
      count *= counted(d, row % geometry.output().get(d));
      row /= geometry.output().get(d);
    }
    return count;
  }

  /** Cells that count along the last axis, for each output element; to be read only. */
  float[] counts() {
    return counts;
  }

  @Override
  public String toString() {
    return geometry + " counting " + Arrays.toString(counts);
  }
}
