package dev.pith.compress.train;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PrunePattern;
import dev.pith.compress.prune.Pruner;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.BatchNorm;
import java.util.function.Supplier;

/**
 * Goes through a stage without training, to find before the first step what would stop a later one.
 * What depends on trained weights alone is not found.
 */
final class StageCheck {

  private final TrainRecipe.Stage stage;

  StageCheck(TrainRecipe.Stage stage) {
    this.stage = stage;
  }

  /**
   * The network after the stage, with the extents it will have.
   *
   * @param from the network as the stage finds it
   * @param back the network it goes back to, or {@code null}
   * @param teacher its teacher, or {@code null}
   * @throws IllegalArgumentException if the stage cannot run; the message has the line and names it
   */
  Graph after(Graph from, Graph back, Graph teacher) {
    Graph graph =
        back == null ? from : placed("rewind", () -> StageTraining.rewound(from, back, stage));
    TrainRecipe.Prune prune = stage.prune();
    if (prune != null && prune.spec().pattern() instanceof PrunePattern.Channels) {
      Graph whole = graph;
      graph = placed("prune", () -> Pruner.prune(whole, prune.spec()));
    }
    if (stage.slimming() > 0) {
      require(
          graph.nodes().stream().anyMatch(node -> node.op() instanceof BatchNorm),
          "slimming",
          "slimming needs BatchNorm nodes; " + graph.name() + " has none");
    }
    if (stage.dropout() > 0) {
      require(
          !Dropout.hidden(graph).isEmpty(),
          "dropout",
          "dropout needs linear layers behind others; " + graph.name() + " has none");
    }
    if (stage.quantize() != null) {
      require(
          WeightedLayer.of(graph).stream().anyMatch(l -> !stage.quantize().keeps(l.name())),
          "keep",
          "quantize keeps all layers in floating point; see 'keep'");
    }
    if (teacher != null) {
      for (Distillation.FeaturePair pair : stage.distil().pairs()) {
        String student = pair.student();
        require(computes(graph, student), "distil", "the student computes no " + student);
        String taught = pair.teacher();
        require(computes(teacher, taught), "distil", "the teacher computes no " + taught);
      }
    }
    return graph;
  }

  private static boolean computes(Graph graph, String value) {
    return graph.nodes().stream().anyMatch(node -> node.outputs().contains(value));
  }

  /** What {@code step} gives; its complaints get the line of {@code key}. */
  private Graph placed(String key, Supplier<Graph> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place(key) + e.getMessage(), e);
    }
  }

  private void require(boolean holds, String key, String complaint) {
    if (!holds) {
      throw new IllegalArgumentException(place(key) + complaint);
    }
  }

  private String place(String key) {
    return stage.place().of(key) + ": stage " + stage.name() + ": ";
  }
}
