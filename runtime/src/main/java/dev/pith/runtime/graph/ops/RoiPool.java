package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.pool.RoiProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Bins of regions of x [N, C, H, W]; {@link RoiProblem} has inputs and arithmetic. ONNX RoiAlign
 * and MaxRoiPool.
 *
 * @param mode what a bin keeps
 * @param height bins along the height
 * @param width bins along the width
 * @param sampling samples a bin along each axis; 0 for as many as it has pixels
 * @param spatialScale pixels of x per unit of a region
 * @param halfPixel whether coordinates are shifted by half a pixel
 */
public record RoiPool(
    RoiProblem.Mode mode,
    long height,
    long width,
    long sampling,
    float spatialScale,
    boolean halfPixel)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    TensorType regions = context.input(1);
    boolean whole = mode == RoiProblem.Mode.MAX_WHOLE;
    if (x.shape().rank() != 4
        || !x.dtype().isFloat()
        || regions.dtype() != x.dtype()
        || regions.shape().rank() != 2
        || regions.shape().dim(1) != (whole ? 5 : 4)) {
      throw new IllegalArgumentException(
          "x is " + x + " and regions " + regions + "; images and corners of its type are needed");
    }
    long count = regions.shape().dim(0);
    if (!whole && !context.input(2).equals(new TensorType(DType.I64, Shape.of(count)))) {
      throw new IllegalArgumentException(
          "image numbers are " + context.input(2) + "; I64[" + count + "] is needed");
    }
    return List.of(new TensorType(x.dtype(), Shape.of(count, x.shape().dim(1), height, width)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new RoiProblem(
        mode,
        x.dtype(),
        x.shape().dim(0),
        x.shape().dim(1),
        x.shape().dim(2),
        x.shape().dim(3),
        outputs.get(0).shape().dim(0),
        height,
        width,
        sampling,
        spatialScale,
        halfPixel);
  }
}
