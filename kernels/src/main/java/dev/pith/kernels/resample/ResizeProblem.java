package dev.pith.kernels.resample;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.List;

/**
 * x resized along each axis by interpolation, as ONNX Resize defines it; axes are independent.
 *
 * @param dtype element type of x and y
 * @param input extents of x
 * @param output extents of y
 * @param axes one entry for each axis
 * @param interpolation how values between pixels are found
 * @param coordinates which point of x an element of y stands for
 * @param rounding NEAREST: which neighbour is taken
 * @param cubic CUBIC: the coefficient a, usually −0.75
 * @param excludeOutside whether pixels outside x have no weight, instead of the edge's value
 * @param antialias whether the filter grows with the step when an axis shrinks
 * @param extrapolation CROP: value of points outside x
 */
public record ResizeProblem(
    DType dtype,
    Shape input,
    Shape output,
    List<Axis> axes,
    Interpolation interpolation,
    Coordinates coordinates,
    Rounding rounding,
    float cubic,
    boolean excludeOutside,
    boolean antialias,
    float extrapolation)
    implements Problem {

  public ResizeProblem {
    axes = List.copyOf(axes);
  }

  /**
   * One axis.
   *
   * @param scale elements of y for each of x
   * @param start CROP: beginning of the region that is resized, as a fraction of x
   * @param end CROP: its end
   */
  public record Axis(double scale, double start, double end) {}

  /** Which point of x element i of y stands for; s is the scale, n and m the extents of x and y. */
  public enum Coordinates {
    /** (i + ½) / s − ½. */
    HALF_PIXEL,
    /** HALF_PIXEL around the centre, for extents that were rounded. */
    HALF_PIXEL_SYMMETRIC,
    /** HALF_PIXEL, but 0 where m is 1. */
    PYTORCH_HALF_PIXEL,
    /** i · (n − 1) / (s · n − 1). */
    ALIGN_CORNERS,
    /** i / s. */
    ASYMMETRIC,
    /** (i + ½) / s. */
    HALF_PIXEL_UNSHIFTED,
    /** start · (n − 1) + i · (end − start) · (n − 1) / (m − 1). */
    CROP
  }

  /** Which neighbour is nearest. */
  public enum Rounding {
    /** The nearer one; the lower of equals. */
    PREFER_FLOOR,
    /** The nearer one; the upper of equals. */
    PREFER_CEIL,
    FLOOR,
    CEIL
  }

  /** Whether axis {@code axis} is copied as it is. */
  public boolean isCopied(int axis) {
    boolean whole =
        coordinates != Coordinates.CROP || axes.get(axis).start() == 0 && axes.get(axis).end() == 1;
    return whole && axes.get(axis).scale() == 1 && input.dim(axis) == output.dim(axis);
  }

  @Override
  public long work() {
    return output.elementCount() * 4;
  }
}
