package dev.pith.compress.calibrate;

import dev.pith.kernels.tensor.Tensor;

/**
 * A histogram that grows its range instead of its memory: {@value #BINS} bins of equal width; a
 * value outside doubles the width (two neighbours merge) until it fits. Exact zeros are counted by
 * themselves: quantized tensors hold them without error, and behind a ReLU they would hide the
 * rest. Not thread-safe.
 */
public final class Histogram {

  /** Number of bins. */
  public static final int BINS = 2048;

  private final long[] counts = new long[BINS];
  private double low;
  private double width;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long total;
  private long zeros;

  /**
   * Adds all elements of a dense tensor.
   *
   * @throws IllegalArgumentException if one is NaN or infinite
   */
  public void add(Tensor values) {
    float[] floats = values.toFloats();
    long found = 0;
    for (float value : floats) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("calibration met the value " + value);
      }
      min = Math.min(min, value);
      max = Math.max(max, value);
      found += value == 0 ? 1 : 0;
    }
    total += floats.length;
    zeros += found;
    if (found == floats.length) {
      return;
    }
    if (width == 0) {
      double span = Math.max(max - min, 1e-12 + Math.abs(max) * 1e-6);
      low = min;
      width = span / (BINS - 1);
    }
    cover();
    for (float value : floats) {
      if (value != 0) {
        counts[bin(value)]++;
      }
    }
  }

  private void cover() {
    while (min < low) {
      merge(BINS / 2);
      low -= width * BINS;
      width *= 2;
    }
    while (max >= low + width * BINS) {
      merge(0);
      width *= 2;
    }
  }

  /** Adds neighbours pairwise; the merged bins start at {@code target}. */
  private void merge(int target) {
    long[] merged = new long[BINS];
    for (int i = 0; i < BINS; i++) {
      merged[target + i / 2] += counts[i];
    }
    System.arraycopy(merged, 0, counts, 0, BINS);
  }

  private int bin(double value) {
    return Math.clamp((long) ((value - low) / width), 0, BINS - 1);
  }

  /** Number of values added. */
  public long total() {
    return total;
  }

  /** Number of exact zeros added; they are in no bin. */
  public long zeros() {
    return zeros;
  }

  /** Smallest value added. */
  public double min() {
    return min;
  }

  /** Largest value added. */
  public double max() {
    return max;
  }

  /** Values in bin {@code index}, zeros left out. */
  public long count(int index) {
    return counts[index];
  }

  /** Middle of bin {@code index}. */
  public double center(int index) {
    return low + (index + 0.5) * width;
  }

  /** Width of each bin. */
  public double width() {
    return width;
  }
}
