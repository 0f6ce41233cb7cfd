package dev.pith.compress.train;

import dev.pith.compress.calibrate.Calibration;
import dev.pith.compress.calibrate.Calibrator;
import dev.pith.compress.calibrate.Range;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Scale;
import dev.pith.compress.quantize.StaticQuantization;
import dev.pith.compress.quantize.Unfuse;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.BatchNorm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Quantization-aware training: the network runs as the int8 graph it will become, in the very
 * arithmetic of {@link dev.pith.kernels.Requantize}, while its floating-point weights learn through
 * straight-through gradients. Zeros stay zeros, so that it works on top of masks.
 *
 * <p>Ranges of activations are observed on samples: when training begins, and after each epoch of
 * its first half; then they stay. Or they are learned: observed once, then changed by the gradients
 * of their scales (Esser et al. 2020), with zero points as they are; only those of tables (sigmoid
 * and the like) stay as observed. Weights have the ranges they have at each step. BatchNorm must be
 * folded into the layers before (the standard passes do).
 */
public final class QuantizationAware extends Technique {

  private final QuantizeSpec spec;
  private final Dataset data;
  private final int samples;
  private final Ranges source;
  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private LearnedScales learned;
  private org.bytedeco.pytorch.Tensor saved;

  /** Where ranges of activations come from. */
  public enum Ranges {
    /** From samples. */
    OBSERVED,
    /** From gradients, beginning with the observed ones. */
    LEARNED;

    /**
     * The source with the given name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Ranges parse(String name) {
      for (Ranges ranges : values()) {
        if (ranges.name().equals(name.toUpperCase(Locale.ROOT))) {
          return ranges;
        }
      }
      throw new IllegalArgumentException("ranges cannot be " + name + "; use observed or learned");
    }
  }

  /**
   * Quantization-aware training.
   *
   * @param spec mode {@code INT8}, how ranges are chosen, nodes that stay in floating point
   * @param data samples to observe ranges on
   * @param samples how many of them, at least 1
   * @param source where ranges come from
   */
  public QuantizationAware(QuantizeSpec spec, Dataset data, int samples, Ranges source) {
    if (spec.mode() != QuantizeSpec.Mode.INT8) {
      throw new IllegalArgumentException(
          "quantization-aware training is for int8; " + spec.mode().text() + " needs none");
    }
    if (samples < 1) {
      throw new IllegalArgumentException("ranges need at least one sample, not " + samples);
    }
    this.spec = spec;
    this.data = data;
    this.samples = Math.min(samples, data.size());
    this.source = source;
  }

  @Override
  String name() {
    String learning = source == Ranges.LEARNED ? " learned" : "";
    return "quantization-aware " + spec + " " + samples + learning;
  }

  @Override
  void begin(TrainingRun run) {
    for (Node node : run.graph().source().nodes()) {
      if (node.op() instanceof BatchNorm) {
        throw new IllegalArgumentException(
            "node "
                + node.name()
                + " is a BatchNorm; fold it into its layer before quantization-aware training");
      }
    }
    observe(run.graph().graph());
    if (source == Ranges.LEARNED) {
      learned = new LearnedScales(run, observed());
    }
    quantize(run);
  }

  @Override
  void beforeStep(TrainingRun run) {
    boolean epochBegins = run.step() > 0 && run.step() % run.stepsPerEpoch() == 0;
    if (learned == null && epochBegins && run.step() * 2 <= run.steps()) {
      observe(run.graph().graph());
      quantize(run);
    }
  }

  @Override
  void afterStep(TrainingRun run) {
    if (learned != null) {
      quantize(run);
    }
  }

  private void observe(Graph graph) {
    Graph plain = Unfuse.apply(graph);
    String input = graph.inputs().get(0).name();
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    try {
      for (int i = 0; i < samples; i++) {
        // Spread over the data, which may be sorted by class.
        Tensor sample = data.sample((int) ((long) i * data.size() / samples));
        inputs.add(Map.of(input, sample.reshaped(batchOfOne(sample.shape()))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SessionOptions options = SessionOptions.defaults().withDevice("cpu").withThreads(1);
    Calibration found = new Calibrator(options).calibrate(plain, inputs, done -> {});
    ranges.clear();
    List<String> values = new ArrayList<>(List.of(input));
    plain.nodes().forEach(node -> values.addAll(node.outputs()));
    for (String value : values) {
      Range range = found.range(value, spec.method());
      if (range != null) {
        // As floats, so that a checkpoint holds them exactly.
        ranges.put(value, new Range((float) range.min(), (float) range.max()));
      }
    }
    save();
  }

  private static Shape batchOfOne(Shape sample) {
    long[] dims = new long[sample.rank() + 1];
    dims[0] = 1;
    System.arraycopy(sample.dims(), 0, dims, 1, sample.rank());
    return Shape.of(dims);
  }

  private void save() {
    float[] bounds = new float[2 * ranges.size()];
    int next = 0;
    for (Range range : ranges.values()) {
      bounds[next++] = (float) range.min();
      bounds[next++] = (float) range.max();
    }
    end();
    saved = Torch.keep(TorchTensors.of(bounds, ranges.size(), 2));
  }

  /** The scales of the observed ranges. */
  private Map<String, Scale> observed() {
    Map<String, Scale> scales = new LinkedHashMap<>();
    ranges.forEach((value, range) -> scales.put(value, Scale.of(range.withZero())));
    return scales;
  }

  /** The quantization with the scales as they are; no bias hides a rounding error. */
  private StaticQuantization quantization() {
    return StaticQuantization.withScales(spec, learned == null ? observed() : learned.now());
  }

  private void quantize(TrainingRun run) {
    StaticQuantization quantization = quantization();
    // Weights as they were: what the int8 graph has of them is computed at each step.
    Graph quantized = quantization.apply(Unfuse.apply(run.graph().source()));
    if (quantization.layers().isEmpty()) {
      throw new IllegalArgumentException(
          "no layer of " + quantized.name() + " can be quantized; see its layers and 'keep'");
    }
    Map<String, String> values = new HashMap<>();
    if (learned != null) {
      quantization.quantizedNames().forEach((value, name) -> values.put(name, value));
    }
    run.graph()
        .execute(
            quantized,
            new IntegerWeights(
                quantized,
                quantization.layers(),
                name -> values.containsKey(name) ? learned.logarithm(values.get(name)) : null));
  }

  @Override
  Map<String, org.bytedeco.pytorch.Tensor> state() {
    return learned == null
        ? Map.of("ranges", saved)
        : Map.of("ranges", saved, "scales", learned.parameter());
  }

  @Override
  void restore(TrainingRun run, Map<String, org.bytedeco.pytorch.Tensor> state) {
    float[] bounds = TorchTensors.floats(state.get("ranges"));
    int next = 0;
    for (Map.Entry<String, Range> entry : ranges.entrySet()) {
      entry.setValue(new Range(bounds[next], bounds[next + 1]));
      next += 2;
    }
    save();
    if (learned != null) {
      learned.restore(observed(), state.get("scales"));
    }
    quantize(run);
  }

  @Override
  Graph finish(TrainingRun run, Graph graph) {
    return quantization().apply(Unfuse.apply(graph));
  }

  @Override
  void end() {
    if (saved != null) {
      Torch.release(saved);
      saved = null;
    }
  }
}
