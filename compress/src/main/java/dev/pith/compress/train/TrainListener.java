package dev.pith.compress.train;

/** Told how a training goes. */
@FunctionalInterface
public interface TrainListener {

  /** Hears nothing. */
  TrainListener NONE = progress -> {};

  /** After every step, and once more after each epoch when it has been validated. */
  void progress(Progress progress);

  /**
   * Where a training stands.
   *
   * @param epoch epochs done, fractional
   * @param epochs epochs in all
   * @param step steps done
   * @param steps steps in all
   * @param loss mean loss over this epoch so far
   * @param accuracy fraction of this epoch's training samples classified rightly so far
   * @param validation accuracy on the validation data; NaN but for the last call of an epoch
   * @param sparsity fraction of zeros in weights of two or more axes; NaN like {@code validation}
   * @param learningRate rate of the step
   * @param secondsLeft estimate of what the rest will take
   * @param epochEnd whether an epoch (or the training) ends here
   */
  record Progress(
      double epoch,
      double epochs,
      long step,
      long steps,
      double loss,
      double accuracy,
      double validation,
      double sparsity,
      double learningRate,
      double secondsLeft,
      boolean epochEnd) {}

  /** Both listeners, this one first. */
  default TrainListener and(TrainListener other) {
    return progress -> {
      progress(progress);
      other.progress(progress);
    };
  }
}
