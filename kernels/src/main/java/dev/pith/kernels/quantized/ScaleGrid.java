package dev.pith.kernels.quantized;

import dev.pith.kernels.tensor.Shape;

/**
 * Which scale belongs to which element of a tensor: one for all, one for each position along an
 * axis, or one for each block of neighbours along an axis.
 *
 * @param kind which of the three
 * @param axis the axis, counted from the front; 0 for {@code PER_TENSOR}
 * @param blockSize neighbours along the axis that share a scale; 1 unless {@code BLOCKED}
 */
public record ScaleGrid(Kind kind, int axis, long blockSize) {

  /** Granularities. */
  public enum Kind {
    PER_TENSOR,
    PER_AXIS,
    BLOCKED
  }

  /**
   * The grid by which ONNX reads a scale of shape {@code scale} for a tensor of shape {@code
   * shape}: a single element serves all; a vector runs along {@code axis}; a scale of the tensor's
   * rank has one element a block of {@code blockSize} along the axis.
   *
   * @throws IllegalArgumentException if the scale's shape fits none of these
   */
  public static ScaleGrid of(Shape shape, Shape scale, long axis, long blockSize) {
    if (blockSize > 0 && scale.rank() == shape.rank()) {
      int a = shape.axis(axis);
      Shape blocks = shape.with(a, (shape.dim(a) + blockSize - 1) / blockSize);
      if (scale.equals(blocks)) {
        return new ScaleGrid(Kind.BLOCKED, a, blockSize);
      }
    } else if (blockSize == 0 && scale.elementCount() == 1) {
      return new ScaleGrid(Kind.PER_TENSOR, 0, 1);
    } else if (blockSize == 0 && scale.rank() == 1) {
      int a = shape.axis(axis);
      if (scale.dim(0) == shape.dim(a)) {
        return new ScaleGrid(Kind.PER_AXIS, a, 1);
      }
    }
    throw new IllegalArgumentException(
        "scale "
            + scale
            + " does not fit x "
            + shape
            + " with axis "
            + axis
            + " and block size "
            + blockSize);
  }

  /** The scale of element {@code element} of a tensor of extents {@code shape}. */
  public long index(Shape shape, long element) {
    if (kind == Kind.PER_TENSOR) {
      return 0;
    }
    long inner = shape.elementCount(axis + 1, shape.rank());
    long position = element / inner % shape.dim(axis);
    if (kind == Kind.PER_AXIS) {
      return position;
    }
    long blocks = (shape.dim(axis) + blockSize - 1) / blockSize;
    long outer = element / inner / shape.dim(axis);
    return (outer * blocks + position / blockSize) * inner + element % inner;
  }
}
