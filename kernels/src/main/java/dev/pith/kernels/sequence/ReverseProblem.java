package dev.pith.kernels.sequence;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * The first {@code lengths[b]} positions along the time axis in reverse order, for each position b
 * of the batch axis; the rest as it is. A length outside [0, extent] fails the run. ONNX
 * ReverseSequence.
 *
 * @param dtype element type of input 0 and the output
 * @param x extents of both
 * @param batchAxis axis of the I64 lengths, input 1; 0 or 1
 * @param timeAxis the axis reversed; 1 or 0
 */
public record ReverseProblem(DType dtype, Shape x, int batchAxis, int timeAxis) implements Problem {

  @Override
  public long work() {
    return x.elementCount();
  }
}
