package dev.pith.kernels.movement;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * y[o, d, i] = values[1] where indices[o, i] (plus depth if negative) is d, values[0] elsewhere; an
 * index outside [−depth, depth) matches nothing. ONNX OneHot.
 *
 * <p>Inputs: indices of [outer, inner], then a place that is not read, then values (two elements).
 *
 * @param indexType any number type; fractions are cut off
 * @param dtype element type of values and y
 * @param outer positions before the new axis
 * @param depth extent of the new axis
 * @param inner positions behind the new axis
 */
public record OneHotProblem(DType indexType, DType dtype, long outer, long depth, long inner)
    implements Problem {

  @Override
  public long work() {
    return outer * depth * inner;
  }
}
