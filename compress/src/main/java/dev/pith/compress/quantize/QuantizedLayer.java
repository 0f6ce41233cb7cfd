package dev.pith.compress.quantize;

/**
 * How a layer of the floating-point graph became one of the int8 graph, for training that simulates
 * it. With the scale sw of a row, the int8 graph holds {@code rne(w / sw)}, {@code rne(b / (sx ·
 * sw))} and {@code fl32(sx · sw / sy)}.
 *
 * @param weight name of the floating-point weight
 * @param bias name of the floating-point bias; empty for none
 * @param integers name of the int8 weight in the int8 graph
 * @param ratios name of the requantization factors there
 * @param integerBias name of the bias there
 * @param largest largest magnitude of an int8 weight
 * @param inputScale sx
 * @param outputScale sy; 1 where the output is in floating point
 */
public record QuantizedLayer(
    String weight,
    String bias,
    String integers,
    String ratios,
    String integerBias,
    int largest,
    float inputScale,
    float outputScale) {

  /**
   * Largest bias in units of the accumulator; leaves room for the products. A row whose bias is
   * larger gets a larger scale.
   */
  public static final double BIAS_UNITS = 1 << 28;
}
