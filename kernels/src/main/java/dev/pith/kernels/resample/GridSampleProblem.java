package dev.pith.kernels.resample;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/**
 * y [N, C, output] = x [N, C, input] at the points of grid [N, output, axes], whose coordinates go
 * from −1 to 1 across x, the last axis of x first.
 *
 * @param dtype element type of x, grid and y
 * @param batch N
 * @param channels C
 * @param input spatial extents of x
 * @param output spatial extents of y
 * @param interpolation how values between pixels are found; CUBIC (a = −0.75) over two axes only
 * @param padding what lies outside x
 * @param alignCorners whether −1 and 1 are the centres of the outermost pixels, or their edges
 */
public record GridSampleProblem(
    DType dtype,
    long batch,
    long channels,
    List<Long> input,
    List<Long> output,
    Interpolation interpolation,
    Padding padding,
    boolean alignCorners)
    implements Problem {

  /** What lies outside an image. */
  public enum Padding {
    ZEROS,
    /** The nearest pixel of the edge. */
    BORDER,
    /** The image mirrored, again and again. */
    REFLECTION
  }

  public GridSampleProblem {
    input = List.copyOf(input);
    output = List.copyOf(output);
  }

  /** Pixels of an output plane. */
  public long outputPixels() {
    return output.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Pixels of an input plane. */
  public long inputPixels() {
    return input.stream().reduce(1L, (a, b) -> a * b);
  }

  @Override
  public long work() {
    return batch * channels * outputPixels() << input.size();
  }
}
