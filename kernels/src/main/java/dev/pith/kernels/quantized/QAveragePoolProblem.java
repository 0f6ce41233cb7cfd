package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import java.util.List;

/**
 * Average of each window of a U8 tensor: {@code y = clamp(rne(fl(float(Σ (x − zx)) · fl(ratio /
 * float(count)))) + zy, low, high)}; the sum over the window is an exact integer, count is the
 * number of cells that count, division and multiplication are fp32, round half to even.
 *
 * <p>Cells outside the input add nothing to the sum. With {@code countPadding} those within the
 * declared padding count; cells beyond it (which a window rounded up may reach) never do.
 *
 * @param batch images
 * @param channels channels
 * @param input spatial extents of the input, 1 to 3 axes
 * @param kernel spatial extents of the window
 * @param strides steps of the window
 * @param dilations distances between cells of the window
 * @param padsBegin padding before each axis
 * @param padsEnd padding after each axis
 * @param output spatial extents of the output
 * @param countPadding whether padding counts
 * @param inputZeroPoint zx
 * @param ratio fl32(sx / sy)
 * @param zeroPoint zy
 * @param low smallest stored value
 * @param high largest stored value
 */
public record QAveragePoolProblem(
    long batch,
    long channels,
    List<Long> input,
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    List<Long> padsBegin,
    List<Long> padsEnd,
    List<Long> output,
    boolean countPadding,
    int inputZeroPoint,
    float ratio,
    int zeroPoint,
    int low,
    int high)
    implements Problem {

  public QAveragePoolProblem {
    input = List.copyOf(input);
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    dilations = List.copyOf(dilations);
    padsBegin = List.copyOf(padsBegin);
    padsEnd = List.copyOf(padsEnd);
    output = List.copyOf(output);
    if (product(kernel) >= 1L << 23) {
      throw new IllegalArgumentException(
          "a window of " + kernel + " cells may overflow a 32-bit sum; at most 2^23 fit");
    }
  }

  /** Spatial elements of the input. */
  public long inputPixels() {
    return product(input);
  }

  /** Spatial elements of the output. */
  public long outputPixels() {
    return product(output);
  }

  /** Whether there is one window, it is the whole input, and nothing is padded. */
  public boolean isGlobal() {
    return kernel.equals(input) && outputPixels() == 1 && padsBegin.stream().allMatch(p -> p == 0);
  }

  private static long product(List<Long> extents) {
    return extents.stream().reduce(1L, Math::multiplyExact);
  }

  @Override
  public long work() {
    return batch * channels * outputPixels() * product(kernel);
  }
}
