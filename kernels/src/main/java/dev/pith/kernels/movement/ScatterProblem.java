package dev.pith.kernels.movement;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/**
 * A copy of x with slices met by updates: y = x, then for t in order y[i₀, i₁ …, :] meets
 * updates[t, :] with (i₀, i₁ …) = indices[t, :]. A negative index counts from the end; one outside
 * fails the run. ONNX ScatterND.
 *
 * <p>Inputs: x of [extents…, slice], indices of [tuples, extents.size()], updates of [tuples,
 * slice].
 *
 * @param dtype element type of x, updates and y
 * @param indexType I32 or I64
 * @param tuples number of updates
 * @param extents extents that indices pick from
 * @param slice elements of an update
 * @param reduction how elements meet
 */
public record ScatterProblem(
    DType dtype,
    DType indexType,
    long tuples,
    List<Long> extents,
    long slice,
    ScatterReduction reduction)
    implements Problem {

  public ScatterProblem {
    extents = List.copyOf(extents);
  }

  @Override
  public long work() {
    return extents.stream().reduce(slice, (a, b) -> a * b) + tuples * slice;
  }
}
