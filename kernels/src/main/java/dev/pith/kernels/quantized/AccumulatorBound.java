package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The largest magnitude an int8 layer's 32-bit sum can reach. A layer may be packed only if it
 * stays below 2³¹, so that no kernel needs to check while it runs.
 */
public final class AccumulatorBound {

  /** Rows decoded at a time. */
  private static final long PANEL = 16;

  private AccumulatorBound() {}

  /**
   * max over output channels of {@code |bias| + 255 · Σ |w|}: no activation minus its zero point
   * exceeds 255.
   *
   * @param weight I8, rank 2 or more, any layout
   * @param bias I32 with one element for each row of the weight, dense, or {@code null}
   */
  public static long of(Tensor weight, Tensor bias) {
    long columns = weight.columns();
    long bound = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment panel = arena.allocate(Math.max(1, PANEL * columns));
      for (long first = 0; first < weight.rows(); first += PANEL) {
        long end = Math.min(weight.rows(), first + PANEL);
        weight.layout().decodeRows(weight, first, end, panel);
        for (long row = first; row < end; row++) {
          long start = bias == null ? 0 : Math.abs(bias.getLong(row));
          bound = Math.max(bound, start + 255 * magnitude(panel, (row - first) * columns, columns));
        }
      }
    }
    return bound;
  }

  private static long magnitude(MemorySegment panel, long from, long count) {
    long sum = 0;
    for (long i = from; i < from + count; i++) {
      sum += Math.abs(panel.get(JAVA_BYTE, i));
    }
    return sum;
  }

  /**
   * Refuses a layer whose sums may overflow.
   *
   * @throws IllegalArgumentException with the bound, if it is 2³¹ or more
   */
  public static void check(Tensor weight, Tensor bias) {
    long bound = of(weight, bias);
    if (bound > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "sums of up to "
              + bound
              + " overflow 32 bits for weight "
              + weight
              + "; keep this layer in F32 or split its input channels");
    }
  }
}
