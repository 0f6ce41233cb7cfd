package dev.pith.compress.evaluate;

import java.util.List;

/**
 * What a network answered on labelled samples. Immutable.
 *
 * @param samples number of samples
 * @param top1 how often the largest score was that of the label
 * @param top5 how often one of the five largest scores was that of the label
 * @param classes number of scores of each sample
 * @param predictions class with the largest score by sample
 * @param labels label by sample
 */
public record Evaluation(
    int samples, int top1, int top5, int classes, List<Integer> predictions, List<Integer> labels) {

  public Evaluation {
    predictions = List.copyOf(predictions);
    labels = List.copyOf(labels);
  }

  /** Fraction of samples whose largest score is that of the label. */
  public double accuracy() {
    return (double) top1 / samples;
  }

  /** Fraction of samples whose label has one of the five largest scores. */
  public double top5Accuracy() {
    return (double) top5 / samples;
  }

  /** The 95 % interval of {@link #accuracy}. */
  public Interval interval() {
    return Interval.of(top1, samples);
  }
}
