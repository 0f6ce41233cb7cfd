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

  /** A graph made ready for calibration, and what calibration found. */
  public record Prepared(Graph graph, Calibration calibration) {}

  /**
   * Equalizes, unfuses and calibrates.
   *
   * @param samples calibration inputs by name, one map for each run
   * @param progress told the number of samples done
   */
  public Prepared prepare(
      Graph graph, Iterable<Map<String, Tensor>> samples, LongConsumer progress) {
    Graph even = spec.equalization() ? Equalization.apply(graph) : graph;
    Graph plain = Unfuse.apply(even);
    return new Prepared(plain, new Calibrator(options).calibrate(plain, samples, progress));
  }

  /** The quantized graph of a prepared one; may be called again with other nodes kept. */
  public static Graph quantize(Prepared prepared, QuantizeSpec spec) {
    return new StaticQuantization(spec, prepared.calibration()).apply(prepared.graph());
  }

  /**
   * The quantized graph.
   *
   * @param samples calibration inputs; may be {@code null} where {@link #needsSamples} is false
   */
  public Graph apply(Graph graph, Iterable<Map<String, Tensor>> samples, LongConsumer progress) {
    if (!needsSamples()) {
      return WeightQuantization.apply(graph, spec);
    }
    if (samples == null) {
      throw new IllegalArgumentException(
          "int8 needs calibration samples; pass --calibrate DATA, or use int8-dynamic");
    }
    return quantize(prepare(graph, samples, progress), spec);
  }
}
