package dev.pith.kernels.pool;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y [R, C, height, width]: each region of x [N, C, H, W] divided into height × width bins.
 *
 * <p>Inputs: x; regions [R, 4] as x1, y1, x2, y2 in the coordinates of an image {@code 1 /
 * spatialScale} times as large; image of each region [R], I64. With {@code MAX_WHOLE} regions are
 * [R, 5] whose first column is the image, corners are rounded to pixels, and a bin keeps its
 * largest pixel (Fast R-CNN). Otherwise a bin keeps the average or maximum of samples interpolated
 * linearly at {@code sampling}² points (Mask R-CNN).
 *
 * @param mode what a bin keeps
 * @param dtype element type of x, regions and y
 * @param batch N
 * @param channels C
 * @param inputHeight H
 * @param inputWidth W
 * @param regions R
 * @param height bins along the height
 * @param width bins along the width
 * @param sampling samples a bin along each axis; 0 for as many as it has pixels
 * @param spatialScale pixels of x per unit of a region
 * @param halfPixel whether coordinates are shifted by half a pixel
 */
public record RoiProblem(
    Mode mode,
    DType dtype,
    long batch,
    long channels,
    long inputHeight,
    long inputWidth,
    long regions,
    long height,
    long width,
    long sampling,
    float spatialScale,
    boolean halfPixel)
    implements Problem {

  /** What a bin keeps. */
  public enum Mode {
    AVERAGE,
    MAX,
    MAX_WHOLE
  }

  @Override
  public long work() {
    return regions * channels * height * width * Math.max(1, sampling * sampling) * 4;
  }
}
