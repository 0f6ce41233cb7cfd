package dev.pith.compress.train;

import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Softmax;
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
   * Name of the value with the scores: what output 0 is computed from by softmax and changes of
   * shape, or output 0 itself.
   *
   * @throws IllegalArgumentException if the graph has several inputs
   */
  static String of(Graph graph) {
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "a classifier with one input can be trained; the graph has " + graph.inputs());
    }
    String output = graph.outputNames().get(0);
    String value = output;
    for (Node node = producer(graph, value); node != null; node = producer(graph, value)) {
      if (node.op() instanceof Softmax) {
        return node.input(0);
      } else if (!node.op().isView()) {
        return output;
      }
      value = node.input(0);
    }
    return output;
  }

  private static Node producer(Graph graph, String value) {
    for (Node node : graph.nodes()) {
      if (node.outputs().contains(value)) {
        return node;
      }
    }
    return null;
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
