package dev.pith.compress.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Where a training stands: the graph, and the step under way. Not thread-safe. */
final class TrainingRun implements AutoCloseable {

  private final TorchGraph graph;
  private final TrainSettings settings;
  private final String logits;
  private final Batches batches;
  private final int stepsPerEpoch;
  private final long steps;
  private final Map<String, Tensor> extra = new LinkedHashMap<>();
  private long step;
  private Batches.Batch batch;

  TrainingRun(TorchGraph graph, TrainSettings settings, String logits, Batches batches) {
    this.graph = graph;
    this.settings = settings;
    this.logits = logits;
    this.batches = batches;
    this.stepsPerEpoch = batches.perEpoch();
    this.steps = Math.max(1, Math.round(settings.epochs() * stepsPerEpoch));
  }

  TorchGraph graph() {
    return graph;
  }

  TrainSettings settings() {
    return settings;
  }

  /** Name of the value that class scores are read from. */
  String logits() {
    return logits;
  }

  /** Where batches come from. */
  Batches batches() {
    return batches;
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Steps in all. */
  long steps() {
    return steps;
  }

  /** Steps done. */
  long step() {
    return step;
  }

  void step(long done) {
    step = done;
  }

  /** Epochs done, fractional. */
  double epoch() {
    return step / (double) stepsPerEpoch;
  }

  /** Epochs in all, fractional. */
  double epochs() {
    return steps / (double) stepsPerEpoch;
  }

  /** The batch of this step. */
  Tensor input() {
    return batch.values();
  }

  /** The classes of this step's batch. */
  Tensor labels() {
    return batch.labels();
  }

  /** Adds a parameter of a technique to those the optimizer changes; returns the leaf. */
  Tensor addParameter(String name, Tensor value) {
    Tensor leaf = Torch.keep(value.detach());
    leaf.requires_grad_(true);
    extra.put(name, leaf);
    return leaf;
  }

  /** Everything the optimizer changes. */
  Map<String, Tensor> trained() {
    Map<String, Tensor> trained = new LinkedHashMap<>(graph.parameters());
    trained.putAll(extra);
    return trained;
  }

  /** Places of this step's samples in the data set. */
  long[] samples() {
    return batch.samples();
  }

  void batch(Batches.Batch next) {
    batch = next;
  }

  /** Sets all gradients to zero. */
  void clearGradients() {
    for (Tensor leaf : trained().values()) {
      Tensor gradient = leaf.grad();
      if (gradient.defined()) {
        gradient.zero_();
      }
    }
  }

  @Override
  public void close() {
    extra.values().forEach(Torch::release);
    extra.clear();
  }
}
