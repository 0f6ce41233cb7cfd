package dev.pith.kernels.conv;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;

/**
 * A convolution on floating-point activations.
 *
 * <p>Inputs: x {@code [N, C, spatial]}; weight {@code [O, kernel, C / groups]}; bias [O] where the
 * epilogue says so; residual of the output's shape likewise. Padding is zero. Weights of type I8
 * carry symmetric scales, one or one for each channel, in their quantization and count as {@code
 * scale[o] · w}.
 *
 * @param geometry extents
 * @param input element type of x, bias, residual and output: F32, F16, BF16 or F64
 * @param weight element type of the weight: F32, F16, BF16, F64 or I8
 * @param layout layout of the weight, seen as a matrix of O rows
 * @param epilogue bias, residual and activation
 */
public record ConvProblem(
    ConvGeometry geometry, DType input, DType weight, Layout layout, Epilogue epilogue)
    implements WeightedProblem {

  @Override
  public ConvProblem withLayout(Layout other) {
    return new ConvProblem(geometry, input, weight, other, epilogue);
  }

  @Override
  public long work() {
    return geometry.work();
  }
}
