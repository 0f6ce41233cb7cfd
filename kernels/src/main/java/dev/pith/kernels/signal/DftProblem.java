package dev.pith.kernels.signal;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Discrete Fourier transform: y[k] = Σ x[t] · exp(∓2πi · k · t / length), over length if inverse.
 *
 * <p>x [outer, given, inner, components] is padded with zeros, or cut, to {@code length}; y [outer,
 * bins, inner, 2 (1 if it is real)].
 *
 * @param dtype element type of x and y
 * @param outer extents before the axis
 * @param given extent of the axis in x
 * @param inner extents behind the axis
 * @param components 1 for real x, 2 for complex
 * @param length terms of the transform
 * @param bins extent of the axis in y
 * @param inverse whether the sign of the exponent is positive
 * @param mirrored whether x is the lower half of a spectrum whose upper half is its mirror image
 */
public record DftProblem(
    DType dtype,
    long outer,
    long given,
    long inner,
    long components,
    long length,
    long bins,
    boolean inverse,
    boolean mirrored)
    implements Problem {

  /** Terms that may be other than zero. */
  long terms() {
    return mirrored ? length : Math.min(length, given);
  }

  /** Whether y holds real numbers: a mirrored spectrum is that of a real signal. */
  public boolean realOutput() {
    return mirrored;
  }

  @Override
  public long work() {
    return outer * inner * bins * length * 4;
  }
}
