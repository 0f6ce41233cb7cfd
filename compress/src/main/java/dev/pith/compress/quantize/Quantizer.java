package dev.pith.compress.quantize;

import dev.pith.compress.calibrate.Calibration;
import dev.pith.compress.calibrate.Calibrator;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.Map;
import java.util.function.LongConsumer;

/** The whole of post-training quantization: equalize, unfuse, calibrate, rewrite. */
public final class Quantizer {

  private final QuantizeSpec spec;
  private final SessionOptions options;

  /**
   * A quantizer.
   *
   * @param spec what to quantize and how
   * @param options where calibration runs
   */
  public Quantizer(QuantizeSpec spec, SessionOptions options) {
    this.spec = spec;
    this.options = options;
  }

  /** Whether calibration samples are needed. */
  public boolean needsSamples() {
    return spec.mode() == QuantizeSpec.Mode.INT8;
  }

  /**
   * A graph made ready for quantization.
   *
   * @param graph the graph that will be quantized
   * @param calibration what calibration found; {@code null} where none is needed
   */
  public record Prepared(Graph graph, Calibration calibration) {}

  /**
   * Equalizes, unfuses and calibrates, as far as the mode needs it.
   *
   * @param samples calibration inputs by name, one map for each run; may be {@code null} where
   *     {@link #needsSamples} is false
   * @param progress told the number of samples done
   * @throws IllegalArgumentException if samples are needed and there are none
   */
  public Prepared prepare(
      Graph graph, Iterable<Map<String, Tensor>> samples, LongConsumer progress) {
    Graph even = spec.equalization() ? Equalization.apply(graph) : graph;
    if (!needsSamples()) {
      return new Prepared(even, null);
    }
    if (samples == null) {
      throw new IllegalArgumentException(
          "int8 needs calibration samples; pass --calibrate DATA, or use int8-dynamic");
    }
    Graph plain = Unfuse.apply(even);
    return new Prepared(plain, new Calibrator(options).calibrate(plain, samples, progress));
  }

  /** The quantized graph of a prepared one; may be called again with other nodes kept. */
  public static Graph quantize(Prepared prepared, QuantizeSpec spec) {
    return spec.mode() == QuantizeSpec.Mode.INT8
        ? new StaticQuantization(spec, prepared.calibration()).apply(prepared.graph())
        : WeightQuantization.apply(prepared.graph(), spec);
  }

  /**
   * The quantized graph.
   *
   * @param samples calibration inputs; may be {@code null} where {@link #needsSamples} is false
   * @param progress told the number of samples done
   */
  public Graph apply(Graph graph, Iterable<Map<String, Tensor>> samples, LongConsumer progress) {
    return quantize(prepare(graph, samples, progress), spec);
  }
}
