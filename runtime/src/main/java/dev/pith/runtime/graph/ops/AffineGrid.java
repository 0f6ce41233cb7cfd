package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.resample.AffineGridProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The grid that theta [N, axes, axes + 1] makes of a regular one with the extents of input 1 (I64
 * [N, C, spatial]); {@link AffineGridProblem} has the arithmetic. ONNX AffineGrid.
 *
 * @param alignCorners whether −1 and 1 are the outermost points
 */
public record AffineGrid(boolean alignCorners) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType theta = context.input(0);
    long[] size = context.longs(1);
    int axes = size.length - 2;
    if (axes < 1
        || !theta.dtype().isFloat()
        || !theta.shape().equals(Shape.of(size[0], axes, axes + 1))) {
      throw new IllegalArgumentException(
          "theta is " + theta + ", which does not fit size " + Arrays.toString(size));
    }
    long[] dims = new long[size.length];
    dims[0] = size[0];
    System.arraycopy(size, 2, dims, 1, axes);
    dims[axes + 1] = axes;
    return List.of(new TensorType(theta.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape grid = outputs.get(0).shape();
    List<Long> extents =
        Arrays.stream(grid.dims()).skip(1).limit(grid.rank() - 2L).boxed().toList();
    return new AffineGridProblem(context.input(0).dtype(), grid.dim(0), extents, alignCorners);
  }
}
