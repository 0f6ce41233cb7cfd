package dev.pith.kernels.conv;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Transposed convolution: every pixel of x is spread over y through the kernel, plus bias. It is
 * the convolution {@code forward} from y to x run backwards, so forward's input is y and its output
 * x.
 *
 * <p>Inputs: x; weight [channels of x, channels of y / groups, kernel], as ONNX has it; optional
 * bias for each channel of y.
 *
 * @param dtype element type of all tensors
 * @param forward the convolution from y to x
 * @param bias whether there is a bias
 */
public record ConvTransposeProblem(DType dtype, ConvGeometry forward, boolean bias)
    implements Problem {

  /** Elements of y. */
  public long outputs() {
    return forward.inputShape().elementCount();
  }

  @Override
  public long work() {
    return forward.work();
  }
}
