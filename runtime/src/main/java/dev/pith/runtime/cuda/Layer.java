package dev.pith.runtime.cuda;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;

/**
 * A linear layer or a convolution as the matrix product that libraries compute: rows of x (an
 * output pixel's window is a row) by rows of the weight.
 *
 * @param rows rows of x: tokens, or pixels of all images
 * @param outs rows of the weight
 * @param k columns of both
 * @param geometry the convolution, or {@code null} for a linear layer
 * @param input element type of x
 * @param weight element type of the weight
 * @param layout layout of the weight
 * @param bias whether input 3 (8-bit) or 2 is there
 * @param residual whether input 3 is added (not 8-bit)
 * @param activation function applied last (not 8-bit)
 * @param requantize zero points and output, or {@code null} for real numbers
 */
record Layer(
    long rows,
    long outs,
    long k,
    ConvGeometry geometry,
    DType input,
    DType weight,
    Layout layout,
    boolean bias,
    boolean residual,
    Activation activation,
    Requantize requantize) {

  static Layer of(LinearProblem p) {
    Epilogue e = p.epilogue();
    return new Layer(
        p.m(),
        p.n(),
        p.k(),
        null,
        p.input(),
        p.weight(),
        p.layout(),
        e.bias(),
        e.residual(),
        e.activation(),
        null);
  }

  static Layer of(ConvProblem p) {
    ConvGeometry g = p.geometry();
    Epilogue e = p.epilogue();
    return new Layer(
        g.batch() * g.outputPixels(),
        g.outputChannels(),
        g.columns(),
        g,
        p.input(),
        p.weight(),
        p.layout(),
        e.bias(),
        e.residual(),
        e.activation(),
        null);
  }

  static Layer of(QLinearProblem p) {
    return new Layer(
        p.m(),
        p.n(),
        p.k(),
        null,
        DType.U8,
        DType.I8,
        p.layout(),
        p.bias(),
        false,
        Activation.NONE,
        p.requantize());
  }

  static Layer of(QConvProblem p) {
    ConvGeometry g = p.geometry();
    return new Layer(
        g.batch() * g.outputPixels(),
        g.outputChannels(),
        g.columns(),
        g,
        DType.U8,
        DType.I8,
        p.layout(),
        p.bias(),
        false,
        Activation.NONE,
        p.requantize());
  }

  boolean isQuantized() {
    return requantize != null;
  }

  boolean isConvolution() {
    return geometry != null;
  }

  /** Images that a convolution's rows belong to. */
  long batch() {
    return isConvolution() ? geometry.batch() : 1;
  }

  /** Neighbouring elements of one output channel. */
  long pixels() {
    return isConvolution() ? geometry.outputPixels() : 1;
  }

  /** Elements of the output. */
  long outputs() {
    return rows * outs;
  }

  /** Whether something happens to results before they are stored. */
  boolean hasEpilogue() {
    return bias || residual || activation.kind() != Activation.Kind.NONE;
  }
}
