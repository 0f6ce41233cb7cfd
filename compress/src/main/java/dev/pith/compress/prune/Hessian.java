package dev.pith.compress.prune;

import java.util.stream.IntStream;

/**
 * Half the Hessian of a layer's squared output error, Σ (x−μ)(x−μ)ᵀ over its input rows x with mean
 * μ; upper triangle. (The bias makes up for the mean.) Rows are added in batches. Not thread-safe.
 */
final class Hessian {

  private static final int BATCH = 64;

  private final int size;
  private final double[] products;
  private final double[] sums;
  private final double[][] batch = new double[BATCH][];
  private int filled;
  private long rows;

  /** A Hessian of {@code size} inputs; holds 8 · size² bytes. */
  Hessian(int size) {
    this.size = size;
    this.products = new double[Math.multiplyExact(size, size)];
    this.sums = new double[size];
    for (int i = 0; i < BATCH; i++) {
      batch[i] = new double[size];
    }
  }

  int size() {
    return size;
  }

  /** Number of rows added. */
  long rows() {
    return rows;
  }

  /** Adds {@code row[from … from + size)}. */
  void add(float[] row, int from) {
    double[] target = batch[filled++];
    for (int i = 0; i < size; i++) {
      target[i] = row[from + i];
      sums[i] += target[i];
    }
    rows++;
    if (filled == BATCH) {
      flush();
    }
  }

  private void flush() {
    int count = filled;
    IntStream.range(0, size)
        .parallel()
        .forEach(
            i -> {
              int at = i * size;
              for (int b = 0; b < count; b++) {
                double[] x = batch[b];
                double value = x[i];
                if (value != 0) {
                  for (int j = i; j < size; j++) {
                    products[at + j] += value * x[j];
                  }
                }
              }
            });
    filled = 0;
  }

  /** Mean of each input. */
  double[] means() {
    double[] means = new double[size];
    for (int i = 0; i < size; i++) {
      means[i] = rows == 0 ? 0 : sums[i] / rows;
    }
    return means;
  }

  /**
   * The matrix, upper triangle.
   *
   * @param centered whether the mean is subtracted, because a bias makes up for it
   */
  double[] matrix(boolean centered) {
    flush();
    double[] matrix = products.clone();
    if (centered) {
      double[] means = means();
      for (int i = 0; i < size; i++) {
        for (int j = i; j < size; j++) {
          matrix[i * size + j] -= rows * means[i] * means[j];
        }
      }
    }
    return matrix;
  }
}
