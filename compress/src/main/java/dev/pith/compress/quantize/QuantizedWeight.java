package dev.pith.compress.quantize;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights as symmetric int8, one scale for each row (output channel).
 *
 * @param values I8 tensor with per-channel quantization, of the weight's shape
 * @param scales the scale of each row
 */
record QuantizedWeight(Tensor values, float[] scales) {

  /**
   * Rounds a dense floating-point weight; zeros stay zeros.
   *
   * @param limit largest magnitude of an integer, at most 127
   */
  static QuantizedWeight of(Tensor weight, int limit) {
    return of(weight, limit, new float[Math.toIntExact(weight.rows())]);
  }

  /**
   * Rounds a dense floating-point weight; zeros stay zeros.
   *
   * @param limit largest magnitude of an integer, at most 127
   * @param least smallest scale of each row, which its bias may need; a row of zeros gets it
   */
  static QuantizedWeight of(Tensor weight, int limit, float[] least) {
    int rows = Math.toIntExact(weight.rows());
    int columns = Math.toIntExact(weight.columns());
    float[] source = weight.toFloats();
    byte[] values = new byte[source.length];
    float[] scales = new float[rows];
    List<Float> list = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        largest = Math.max(largest, Math.abs(source[i]));
      }
      // A row of zeros has any scale; subnormal scales would lose the ratio's precision.
      float scale = Math.max(largest < 1e-30f ? 0 : largest / limit, least[row]);
      scale = scale == 0 ? 1 : scale;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        double rounded = Math.rint((double) source[i] / scale);
        values[i] = (byte) Math.clamp(rounded, (double) -limit, (double) limit);
      }
      scales[row] = scale;
      list.add(scale);
    }
    Tensor tensor = Tensor.ofBytes(DType.I8, values, weight.shape().dims());
    return new QuantizedWeight(tensor.withQuantization(Quantization.perChannel(list)), scales);
  }

  /** Element {@code index} as the real number it stands for. */
  double real(int index) {
    return values.getLong(index) * (double) scales[(int) (index / values.columns())];
  }
}
