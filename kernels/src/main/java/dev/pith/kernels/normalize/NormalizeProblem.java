package dev.pith.kernels.normalize;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Rows normalized by their own moments: y = (x − mean) / √(variance + ε) · scale + bias, where mean
 * is 0 unless {@code centered} (then variance is the mean square).
 *
 * <p>Inputs: x [rows, columns]; scale and bias [channels], each of which may be absent. Element i
 * of x, counted from its beginning, has channel (i / inner) mod channels: a layer norm has inner 1
 * and as many channels as columns, an instance norm has rows of one channel each.
 *
 * <p>Outputs: y; where asked for, mean and 1 / √(variance + ε) of each row, F32.
 *
 * @param dtype element type of x, scale, bias and y
 * @param rows rows
 * @param columns elements of a row
 * @param channels elements of scale and bias
 * @param inner neighbours that share a channel
 * @param centered whether the mean is taken away
 * @param epsilon ε
 * @param scale whether input 1 is there
 * @param bias whether input 2 is there
 * @param moments number of outputs behind y: 0, 1 or 2
 */
public record NormalizeProblem(
    DType dtype,
    long rows,
    long columns,
    long channels,
    long inner,
    boolean centered,
    float epsilon,
    boolean scale,
    boolean bias,
    int moments)
    implements Problem {

  /** Channel of element {@code index} of x. */
  long channel(long index) {
    return index / inner % channels;
  }

  @Override
  public long work() {
    return rows * columns;
  }
}
