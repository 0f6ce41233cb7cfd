package dev.pith.compress.train;

import dev.pith.compress.calibrate.Calibration;
import dev.pith.compress.calibrate.Calibrator;
import dev.pith.compress.calibrate.Histogram;
import dev.pith.compress.calibrate.Range;
import dev.pith.compress.calibrate.RangeMethod;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.quantize.QuantizeSpec;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Quantization-aware training: the network runs as the int8 graph it will become, in the very
 * arithmetic of {@link dev.pith.kernels.Requantize}, while its floating-point weights learn through
 * straight-through gradients. Zeros stay zeros, so that it works on top of masks.
 *
 * <p>Ranges of activations are observed on samples: when training begins, and after each epoch of
 * its first half; then they stay. Weights have the ranges they have at each step. BatchNorm must be
 * folded into the layers before (the standard passes do).
 */
public final class QuantizationAware extends Technique {

  private final QuantizeSpec spec;
  private final Dataset data;
  private final int samples;
  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private org.bytedeco.pytorch.Tensor saved;

  /**
   * Quantization-aware training.
   *
   * @param spec mode {@code INT8}, how ranges are chosen, nodes that stay in floating point
   * @param data samples to observe ranges on
   * @param samples how many of them, at least 1
   */
  public QuantizationAware(QuantizeSpec spec, Dataset data, int samples) {
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
  }

  @Override
  String name() {
    return "quantization-aware " + spec + " " + samples;
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
    quantize(run);
  }

  @Override
  void beforeStep(TrainingRun run) {
    boolean epochBegins = run.step() > 0 && run.step() % run.stepsPerEpoch() == 0;
    if (epochBegins && run.step() * 2 <= run.steps()) {
      observe(run.graph().graph());
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

  /** The quantization with the ranges as they are. */
  private StaticQuantization quantization() {
    Map<String, Histogram> histograms = new LinkedHashMap<>();
    ranges.forEach(
        (value, range) -> {
          Histogram histogram = new Histogram();
          float[] bounds = {(float) range.min(), (float) range.max()};
          histogram.add(Tensor.of(bounds, 2));
          histograms.put(value, histogram);
        });
    // Rounding errors are learned away; a correction of biases would hide them.
    return new StaticQuantization(
        spec.withMethod(RangeMethod.MINMAX).withBiasCorrection(false),
        new Calibration(histograms, Map.of(), samples));
  }

  private void quantize(TrainingRun run) {
    StaticQuantization quantization = quantization();
    Graph quantized = quantization.apply(Unfuse.apply(run.graph().graph()));
    if (quantization.layers().isEmpty()) {
      throw new IllegalArgumentException(
          "no layer of " + quantized.name() + " can be quantized; see its layers and 'keep'");
    }
    run.graph().execute(quantized, new IntegerWeights(quantized, quantization.layers()));
  }

  @Override
  Map<String, org.bytedeco.pytorch.Tensor> state() {
    return Map.of("ranges", saved);
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
