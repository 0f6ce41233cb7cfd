package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.resample.GridSampleProblem;
import dev.pith.kernels.resample.Interpolation;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * x [N, C, spatial] at the points of grid [N, spatial, axes]; {@link GridSampleProblem} has the
 * arithmetic. ONNX GridSample.
 *
 * @param interpolation how values between pixels are found
 * @param padding what lies outside x
 * @param alignCorners whether −1 and 1 are the centres of the outermost pixels
 */
public record GridSample(
    Interpolation interpolation, GridSampleProblem.Padding padding, boolean alignCorners)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    TensorType grid = context.input(1);
    int axes = x.shape().rank() - 2;
    if (axes < 1
        || !x.dtype().isFloat()
        || grid.dtype() != x.dtype()
        || grid.shape().rank() != axes + 2
        || grid.shape().dim(0) != x.shape().dim(0)
        || grid.shape().dim(-1) != axes) {
      throw new IllegalArgumentException(
          "grid is " + grid + ", which does not hold points of x " + x);
    }
    if (interpolation == Interpolation.CUBIC && axes != 2) {
      throw new IllegalArgumentException("x is " + x + "; cubics are defined over two axes");
    }
    long[] dims = x.shape().dims();
    System.arraycopy(grid.shape().dims(), 1, dims, 2, axes);
    return List.of(new TensorType(x.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new GridSampleProblem(
        x.dtype(),
        x.shape().dim(0),
        x.shape().dim(1),
        spatial(x.shape()),
        spatial(outputs.get(0).shape()),
        interpolation,
        padding,
        alignCorners);
  }

  private static List<Long> spatial(Shape shape) {
    return Arrays.stream(shape.dims()).skip(2).boxed().toList();
  }
}
