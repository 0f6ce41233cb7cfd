package dev.pith.kernels.conv;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Columns back to an image: y [N, C, image] sums x [N, C · taps, blocks] where windows overlap.
 *
 * @param dtype element type of x and y
 * @param windows the windows, which slide over y: as many channels in as out, a group each
 */
public record FoldProblem(DType dtype, ConvGeometry windows) implements Problem {

  /** Elements of y. */
  public long outputs() {
    return windows.inputShape().elementCount();
  }

  @Override
  public long work() {
    return outputs() * windows.taps();
  }
}
