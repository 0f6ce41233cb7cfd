package dev.pith.kernels.conv;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;

/**
 * A convolution on floating-point activations.
 *
 * <p>Inputs: x F32 {@code [N, C, spatial]}; weight {@code [O, kernel, C / groups]}; bias F32 [O]
 * where the epilogue says so; residual F32 of the output's shape likewise. Padding is zero. Weights
 * of type I8 carry per-channel scales in their quantization and count as {@code scale[o] · w}.
 *
 * @param geometry extents
 * @param weight element type of the weight: F32, F16, BF16 or I8
 * @param layout layout of the weight, seen as a matrix of O rows
 * @param epilogue bias, residual and activation
 */
public record ConvProblem(ConvGeometry geometry, DType weight, Layout layout, Epilogue epilogue)
    implements Problem {

  @Override
  public long work() {
    return geometry.work();
  }
}
