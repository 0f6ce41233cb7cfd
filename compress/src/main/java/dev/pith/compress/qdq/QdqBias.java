package dev.pith.compress.qdq;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.GraphEditor;

/**
 * The bias of an int8 layer in units of its accumulator, sx · sw of the row.
 *
 * @param units I32, one for each row; {@code null} for no bias
 * @param isExact whether the units are what the file says, not rounded to them
 */
record QdqBias(Tensor units, boolean isExact) {

  /** Scales in files are rounded: the bias' differs from sx · sw by this part at most. */
  private static final double CLOSE = 1e-6;

  /** The bias of {@code product}, or {@code null} if it is computed or does not fit 32 bits. */
  static QdqBias of(QdqGraph graph, QdqProduct product, float inputScale) {
    if (product.bias().isEmpty()) {
      return new QdqBias(null, true);
    }
    GraphEditor editor = graph.editor();
    StoredConstant stored = StoredConstant.of(editor, product.bias());
    Tensor source = QdqProduct.vector(editor, product.bias());
    if (source == null) {
      return null;
    }
    int rows = product.scales().length;
    boolean single = source.shape().elementCount() == 1;
    int[] units = new int[rows];
    boolean exact = stored != null && stored.integers().dtype() == DType.I32;
    for (int row = 0; row < rows; row++) {
      int place = single ? 0 : row;
      double unit = (double) inputScale * product.scales()[row];
      double value = stored == null ? source.getDouble(place) / unit : stored.real(place) / unit;
      double whole = Math.rint(value);
      if (exact && stored.zeroPointOf(place) == 0 && close(stored.scaleOf(place), unit)) {
        whole = source.getLong(place);
      } else {
        exact &= whole == value;
      }
      if (!(Math.abs(whole) <= Integer.MAX_VALUE)) {
        return null;
      }
      units[row] = (int) whole;
    }
    return new QdqBias(Tensor.of(units, rows), exact);
  }

  private static boolean close(double scale, double unit) {
    return Math.abs(scale - unit) <= CLOSE * unit;
  }

  /** Whether half a unit is at most {@code part} of a step of the output, for every row. */
  boolean isFineFor(float[] ratios, double part) {
    for (float ratio : ratios) {
      if (0.5 * ratio > part) {
        return false;
      }
    }
    return true;
  }
}
