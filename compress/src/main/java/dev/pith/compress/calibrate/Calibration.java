package dev.pith.compress.calibrate;

import java.util.Map;

/**
 * What calibration found.
 *
 * @param histograms observed values by value name; graph inputs included
 * @param means channel means of the inputs of convolutions and linear layers by value name
 * @param samples number of samples seen
 */
public record Calibration(
    Map<String, Histogram> histograms, Map<String, ChannelMeans> means, long samples) {

  /** The range of a value, or {@code null} if it was not observed. */
  public Range range(String value, RangeMethod method) {
    Histogram histogram = histograms.get(value);
    return histogram == null || histogram.total() == 0 ? null : method.range(histogram).withZero();
  }
}
