package dev.pith.compress.train;

import dev.pith.runtime.graph.Graph;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Class scores: where a graph has them, and what is computed from them. */
final class Logits {

  /** libtorch's code for the mean over a batch. */
  private static final long MEAN = 1;

  private static final long IGNORE_NONE = -100;

  private Logits() {}

  /**
   * Name of the value with the scores before softmax: output 0.
   *
   * @throws IllegalArgumentException if the graph has several inputs
   */
  static String of(Graph graph) {
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "a classifier with one input can be trained; the graph has " + graph.inputs());
    }
    return graph.outputNames().get(0);
  }

  /** Scores as one row a sample. */
  static Tensor rows(Tensor scores) {
    return scores.dim() == 2 ? scores : scores.reshape(scores.size(0), -1);
  }

  /** Mean cross-entropy of scores [samples, classes]. */
  static Tensor crossEntropy(Tensor scores, Tensor labels, double smoothing) {
    return torch.cross_entropy_loss(
        scores, labels, new TensorOptional(), MEAN, IGNORE_NONE, smoothing);
  }

  /** How many rows have their largest score at their label. */
  static long right(Tensor scores, Tensor labels) {
    return torch.argmax(scores, new LongOptional(1), false).eq(labels).sum().item_long();
  }
}
