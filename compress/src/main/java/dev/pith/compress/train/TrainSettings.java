package dev.pith.compress.train;

import java.util.List;

/**
 * How long and how to train.
 *
 * @param epochs passes over the data; may be fractional, positive
 * @param batchSize samples in a step
 * @param optimizer which optimizer
 * @param learningRate how its rate changes
 * @param labelSmoothing part of the target spread over all classes, in [0, 1)
 * @param augmentations changes to training images, in order
 * @param seed of shuffling and augmentation
 * @param threads threads of libtorch; results repeat for the same number
 */
public record TrainSettings(
    double epochs,
    int batchSize,
    OptimizerSpec optimizer,
    LearningRate learningRate,
    double labelSmoothing,
    List<Augmentation> augmentations,
    long seed,
    int threads) {

  public TrainSettings {
    augmentations = List.copyOf(augmentations);
    if (!(epochs > 0 && epochs <= 100_000)) {
      throw new IllegalArgumentException("epochs " + epochs + " is outside (0, 100000]");
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + " is below 1");
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing " + labelSmoothing + " is outside [0, 1)");
    }
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads " + threads + " is outside [1, 1024]");
    }
  }

  /** SGD with a cosine schedule, one thread, seed 0, nothing else. */
  public static TrainSettings sgd(double epochs, int batchSize, double rate) {
    return of(epochs, batchSize, OptimizerSpec.sgd(rate));
  }

  /** Adam with a cosine schedule, one thread, seed 0, nothing else. */
  public static TrainSettings adam(double epochs, int batchSize, double rate) {
    return of(epochs, batchSize, OptimizerSpec.adam(rate));
  }

  private static TrainSettings of(double epochs, int batchSize, OptimizerSpec optimizer) {
    return new TrainSettings(
        epochs, batchSize, optimizer, LearningRate.cosine(0), 0, List.of(), 0, 1);
  }

  /** The same settings with another seed. */
  public TrainSettings withSeed(long other) {
    return new TrainSettings(
        epochs, batchSize, optimizer, learningRate, labelSmoothing, augmentations, other, threads);
  }

  /** The same settings with another number of threads. */
  public TrainSettings withThreads(int other) {
    return new TrainSettings(
        epochs, batchSize, optimizer, learningRate, labelSmoothing, augmentations, seed, other);
  }

  /** The same settings with another number of epochs. */
  public TrainSettings withEpochs(double other) {
    return new TrainSettings(
        other, batchSize, optimizer, learningRate, labelSmoothing, augmentations, seed, threads);
  }

  /** The same settings with another schedule. */
  public TrainSettings withLearningRate(LearningRate other) {
    return new TrainSettings(
        epochs, batchSize, optimizer, other, labelSmoothing, augmentations, seed, threads);
  }

  /** The same settings with another optimizer. */
  public TrainSettings withOptimizer(OptimizerSpec other) {
    return new TrainSettings(
        epochs, batchSize, other, learningRate, labelSmoothing, augmentations, seed, threads);
  }

  /** The same settings with other augmentations. */
  public TrainSettings withAugmentations(Augmentation... other) {
    return new TrainSettings(
        epochs, batchSize, optimizer, learningRate, labelSmoothing, List.of(other), seed, threads);
  }

  /** The same settings with label smoothing. */
  public TrainSettings withLabelSmoothing(double other) {
    return new TrainSettings(
        epochs, batchSize, optimizer, learningRate, other, augmentations, seed, threads);
  }
}
