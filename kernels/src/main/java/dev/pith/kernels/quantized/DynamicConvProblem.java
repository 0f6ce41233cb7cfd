package dev.pith.kernels.quantized;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.Layout;

/**
 * A convolution on F32 activations that are quantized when it runs, one scale and zero point for
 * each image, so that an image's result does not depend on its batch. The arithmetic is that of
 * {@link DynamicLinearProblem} with an image in the place of a row; padding counts as zx, that is,
 * adds nothing.
 *
 * <p>Inputs: x F32 {@code [N, C, spatial]}; weight I8 {@code [O, kernel, C / groups]}, symmetric;
 * scale F32 [O]; bias F32 [O]; residual F32 of the output's shape.
 *
 * @param geometry extents
 * @param layout layout of the weight, seen as a matrix of O rows
 * @param epilogue which of bias and residual are present, and the activation
 */
public record DynamicConvProblem(ConvGeometry geometry, Layout layout, Epilogue epilogue)
    implements Problem {

  @Override
  public long work() {
    return geometry.work();
  }
}
