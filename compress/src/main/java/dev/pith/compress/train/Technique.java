package dev.pith.compress.train;

import dev.pith.runtime.graph.Graph;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Something that takes part in training: pruning, distillation, quantization, weight sharing.
 * Techniques are given to a {@link Trainer}, which calls them at each point of a step, in order. A
 * technique belongs to one training and is not thread-safe.
 */
public abstract class Technique {

  Technique() {}

  /** A short name, unique among the techniques of a training; for checkpoints and messages. */
  abstract String name();

  /** Before the first step, or before the first after a resumption. */
  void begin(TrainingRun run) {}

  /** Before the graph runs. */
  void beforeStep(TrainingRun run) {}

  /**
   * The loss with this technique's part.
   *
   * @param loss the loss so far, a scalar
   * @param values every value of the step by name
   */
  Tensor loss(TrainingRun run, Tensor loss, Map<String, Tensor> values) {
    return loss;
  }

  /** After gradients are known, before the optimizer uses them. */
  void afterGradients(TrainingRun run) {}

  /** After the optimizer changed the parameters. */
  void afterStep(TrainingRun run) {}

  /** What a checkpoint must hold, by name; the tensors stay this technique's own. */
  Map<String, Tensor> state() {
    return Map.of();
  }

  /** Continues from a saved state; called after {@link #begin}. */
  void restore(TrainingRun run, Map<String, Tensor> state) {}

  /** The trained graph as this technique leaves it. */
  Graph finish(TrainingRun run, Graph graph) {
    return graph;
  }

  /** Frees what the technique holds. */
  void end() {}
}
