package dev.pith.kernels;

/**
 * What a matrix product or convolution does with each result before it is stored: y =
 * activation(acc + bias + residual).
 *
 * @param bias whether a bias per output channel is added
 * @param residual whether a tensor of the output's shape is added
 * @param activation function applied last
 */
public record Epilogue(boolean bias, boolean residual, Activation activation) {

  /** Stores the result as it is. */
  public static final Epilogue NONE = new Epilogue(false, false, Activation.NONE);
}
