package dev.pith.compress.train;

import org.bytedeco.pytorch.Tensor;

/** Where a training stands: the graph, and the step under way. Not thread-safe. */
final class TrainingRun {

  private final TorchGraph graph;
  private final TrainSettings settings;
  private final String logits;
  private final int stepsPerEpoch;
  private final long steps;
  private long step;
  private Tensor input;
  private Tensor labels;

  TrainingRun(TorchGraph graph, TrainSettings settings, String logits, int stepsPerEpoch) {
    this.graph = graph;
    this.settings = settings;
    this.logits = logits;
    this.stepsPerEpoch = stepsPerEpoch;
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
    return input;
  }

  /** The classes of this step's batch. */
  Tensor labels() {
    return labels;
  }

  void batch(Tensor newInput, Tensor newLabels) {
    input = newInput;
    labels = newLabels;
  }
}
