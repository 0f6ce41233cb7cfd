package dev.pith.compress.evaluate;

import dev.pith.compress.data.Dataset;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Session;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Counts how often a classifier is right. Scores are output 0 of the graph, with as many scores for
 * each sample as its elements allow: {@code [N, classes]}, {@code [N, classes, 1, 1]}.
 */
public final class Evaluator {

  private static final int BATCH = 32;
  private static final int TOP = 5;

  private Evaluator() {}

  /**
   * Runs samples 0 to {@code limit − 1} and compares with the labels.
   *
   * @param graph the graph that {@code session} runs
   * @param limit most samples to use, at least 1
   * @param progress told the number of samples done
   * @throws IllegalArgumentException if a sample has no label, or does not fit the graph
   * @throws IOException if a sample cannot be read
   */
  public static Evaluation evaluate(
      Graph graph, Session session, Dataset data, int limit, IntConsumer progress)
      throws IOException {
    Feed feed = new Feed(graph, data);
    int samples = Math.min(limit, data.size());
    int batch = feed.batchSize(Math.min(BATCH, samples));
    String output = graph.outputNames().get(0);
    int top1 = 0;
    int top5 = 0;
    int classes = 0;
    List<Integer> predictions = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int from = 0; from < samples; from += batch) {
      float[] scores = finite(session.run(feed.batch(from, batch)).get(output));
      classes = scores.length / batch;
      for (int i = from; i < Math.min(from + batch, samples); i++) {
        int start = (i - from) * classes;
        int label = label(data, i, classes);
        int rank = rank(scores, start, classes, label);
        top1 += rank == 0 ? 1 : 0;
        top5 += rank < TOP ? 1 : 0;
        predictions.add(best(scores, start, classes));
        labels.add(label);
      }
      progress.accept(Math.min(from + batch, samples));
    }
    return new Evaluation(samples, top1, top5, classes, predictions, labels);
  }

  private static float[] finite(Tensor output) {
    float[] scores = output.toFloats();
    for (float score : scores) {
      if (Float.isNaN(score)) {
        throw new IllegalArgumentException(
            "the model's scores are not numbers (NaN); check the preprocess settings of the data");
      }
    }
    return scores;
  }

  private static int label(Dataset data, int index, int classes) {
    int label = data.label(index);
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "sample "
              + index
              + (label < 0 ? " has no label" : " has label " + label)
              + "; the model has scores for "
              + classes
              + " classes");
    }
    return label;
  }

  /** How many classes have a larger score than {@code label}, or an equal one and come first. */
  private static int rank(float[] scores, int start, int classes, int label) {
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      float score = scores[start + c];
      float own = scores[start + label];
      rank += score > own || score == own && c < label ? 1 : 0;
    }
    return rank;
  }

  private static int best(float[] scores, int start, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = scores[start + c] > scores[start + best] ? c : best;
    }
    return best;
  }
}
