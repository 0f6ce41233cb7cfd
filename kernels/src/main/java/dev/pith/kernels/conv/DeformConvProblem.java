package dev.pith.kernels.conv;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Convolution over two axes whose taps are moved by offsets of their own and interpolated linearly,
 * zero outside x.
 *
 * <p>Inputs: x [N, C, H, W]; weight [O, C / groups, kernel]; offset [N, offsetGroups · taps · 2,
 * output] (down, then right); optional bias [O]; optional mask [N, offsetGroups · taps, output],
 * which multiplies each tap.
 *
 * @param dtype element type of all tensors
 * @param geometry extents
 * @param offsetGroups groups of input channels with the same offsets
 * @param bias whether input 3 is there
 * @param mask whether input 4 is there
 */
public record DeformConvProblem(
    DType dtype, ConvGeometry geometry, long offsetGroups, boolean bias, boolean mask)
    implements Problem {

  @Override
  public long work() {
    return geometry.work() * 4;
  }
}
