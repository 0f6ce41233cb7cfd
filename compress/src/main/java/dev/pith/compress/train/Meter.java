package dev.pith.compress.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Sums up a training for its listener. Not thread-safe. */
final class Meter {

  private final TrainingRun run;
  private final long firstStep;
  private final long firstNanos = System.nanoTime();
  private double lossSum;
  private long right;
  private long samples;
  private long steps;

  Meter(TrainingRun run) {
    this.run = run;
    this.firstStep = run.step();
  }

  /** Loss of a step, and samples it classified rightly. */
  record StepResult(double loss, long right) {}

  void startEpoch() {
    lossSum = 0;
    right = 0;
    samples = 0;
    steps = 0;
  }

  void add(StepResult result, Tensor labels) {
    lossSum += result.loss();
    right += result.right();
    samples += labels.size(0);
    steps++;
  }

  double loss() {
    return lossSum / steps;
  }

  TrainListener.Progress progress(double rate) {
    return progress(rate, Double.NaN, Double.NaN, false);
  }

  TrainListener.Progress epochEnd(double rate, double validation) {
    return progress(rate, validation, sparsity(), true);
  }

  private TrainListener.Progress progress(
      double rate, double validation, double sparsity, boolean epochEnd) {
    double seconds = (System.nanoTime() - firstNanos) / 1e9;
    double each = seconds / Math.max(1, run.step() - firstStep);
    return new TrainListener.Progress(
        run.epoch(),
        run.epochs(),
        run.step(),
        run.steps(),
        loss(),
        right / (double) samples,
        validation,
        sparsity,
        rate,
        each * (run.steps() - run.step()),
        epochEnd);
  }

  /** Fraction of zeros in weights of two or more axes. */
  private double sparsity() {
    double zeros = 0;
    double all = 0;
    try (var _ = new PointerScope()) {
      for (Tensor leaf : run.graph().parameters().values()) {
        if (leaf.dim() > 1) {
          zeros += leaf.numel() - leaf.count_nonzero().item_long();
          all += leaf.numel();
        }
      }
    }
    return all == 0 ? 0 : zeros / all;
  }
}
