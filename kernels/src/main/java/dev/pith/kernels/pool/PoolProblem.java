package dev.pith.kernels.pool;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y [N, C, output] = function over each window of x [N, C, input].
 *
 * <p>A window that lies wholly in the padding gives the type's lowest number (MAX) or 0. Output 1,
 * I64, is the flat index of each maximum in x (the first of equals), −1 where there is none.
 *
 * @param function what a window keeps
 * @param dtype element type of x and y
 * @param geometry extents
 * @param countPadding AVERAGE: whether cells in the declared padding count as zeros
 * @param p LP: the exponent
 * @param indices MAX: whether output 1 is wanted
 * @param columnMajor whether indices count the spatial axes with the first one fastest
 */
public record PoolProblem(
    PoolFunction function,
    DType dtype,
    PoolGeometry geometry,
    boolean countPadding,
    int p,
    boolean indices,
    boolean columnMajor)
    implements Problem {

  @Override
  public long work() {
    return geometry.planes() * geometry.outputPixels() * geometry.taps();
  }
}
