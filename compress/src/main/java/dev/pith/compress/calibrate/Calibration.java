package dev.pith.compress.calibrate;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What calibration found. Immutable once made, thread-safe. */
public final class Calibration {

  private final Map<String, Histogram> histograms;
  private final Map<String, ChannelMeans> means;
  private final long samples;
  private final Map<Key, Range> chosen = new ConcurrentHashMap<>();

  private record Key(String value, RangeMethod method) {}

  /**
   * A result.
   *
   * @param histograms observed values by value name; graph inputs included
   * @param means channel means of the inputs of convolutions and linear layers by value name
   * @param samples number of samples seen
   */
  public Calibration(
      Map<String, Histogram> histograms, Map<String, ChannelMeans> means, long samples) {
    this.histograms = Map.copyOf(histograms);
    this.means = Map.copyOf(means);
    this.samples = samples;
  }

  /** The range of a value, zero included, or {@code null} if it was not observed. */
  public Range range(String value, RangeMethod method) {
    Histogram histogram = histograms.get(value);
    return histogram == null || histogram.total() == 0
        ? null
        : chosen.computeIfAbsent(new Key(value, method), key -> method.range(histogram).withZero());
  }

  /** Mean of each channel of a layer's input, or {@code null} if it was not observed. */
  public double[] means(String value) {
    ChannelMeans observed = means.get(value);
    return observed == null ? null : observed.means();
  }

  /** Number of samples seen. */
  public long samples() {
    return samples;
  }
}
