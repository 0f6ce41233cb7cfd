package dev.pith.kernels.signal;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Triangles that sum the bins of a spectrum into mel bands: y [transform / 2 + 1, bands].
 *
 * @param dtype element type of y
 * @param bands mel bands
 * @param transform length of the transform that made the spectrum
 * @param rate samples a second
 * @param low lowest frequency in hertz
 * @param high highest frequency in hertz
 */
public record MelProblem(
    DType dtype, long bands, long transform, long rate, double low, double high)
    implements Problem {

  /** Bins of the spectrum. */
  public long bins() {
    return transform / 2 + 1;
  }

  /** The bin where triangle {@code index} begins, which is where the one before has its peak. */
  long bin(long index) {
    double from = mel(low);
    double mel = from + index * (mel(high) - from) / (bands + 2.0);
    double hertz = 700 * (Math.pow(10, mel / 2595) - 1);
    return (long) Math.floor((transform + 1) * hertz / rate);
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  @Override
  public long work() {
    return bins() * bands;
  }
}
