package dev.pith.kernels.movement;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/**
 * Slices picked by index tuples: y[b, t, :] = x[b, i₀, i₁ …, :] with (i₀, i₁ …) = indices[b, t, :].
 * A negative index counts from the end; one outside fails the run. ONNX Gather (one index, the same
 * tuples for every b) and GatherND.
 *
 * <p>Inputs: x of [batch, extents…, slice] and indices of [batch or 1, tuples, extents.size()].
 *
 * @param dtype element type of x and y
 * @param indexType I32 or I64
 * @param batch positions that share nothing
 * @param shared whether all of the batch use the same tuples
 * @param tuples tuples for each position of the batch
 * @param extents extents that indices pick from
 * @param slice elements that a tuple picks
 */
public record GatherProblem(
    DType dtype,
    DType indexType,
    long batch,
    boolean shared,
    long tuples,
    List<Long> extents,
    long slice)
    implements Problem {

  public GatherProblem {
    extents = List.copyOf(extents);
  }

  @Override
  public long work() {
    return batch * tuples * slice;
  }
}
