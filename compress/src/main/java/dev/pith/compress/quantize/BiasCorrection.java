package dev.pith.compress.quantize;

import dev.pith.kernels.tensor.Tensor;

/**
 * The mean error that rounding the weights causes in each output channel, (W − W_q) · E[x], to be
 * added to the bias (Nagel et al. 2019, "Data-Free Quantization through Weight Equalization and
 * Bias Correction"). Padding is not modelled: pixels at the border count like those inside.
 */
final class BiasCorrection {

  private BiasCorrection() {}

  /**
   * What each output channel lacks.
   *
   * @param weight the weight before rounding, [rows, taps · channels of a group], channel fastest
   * @param rounded the weight after rounding
   * @param means mean of each input channel
   * @param groups groups of the convolution
   */
  static double[] of(Tensor weight, QuantizedWeight rounded, double[] means, long groups) {
    int rows = Math.toIntExact(weight.rows());
    int columns = Math.toIntExact(weight.columns());
    int channels = (int) (means.length / groups);
    float[] exact = weight.toFloats();
    double[] missing = new double[rows];
    for (int row = 0; row < rows; row++) {
      int firstChannel = (int) (row / (rows / groups)) * channels;
      double sum = 0;
      for (int column = 0; column < columns; column++) {
        int index = row * columns + column;
        sum += (exact[index] - rounded.real(index)) * means[firstChannel + column % channels];
      }
      missing[row] = sum;
    }
    return missing;
  }
}
