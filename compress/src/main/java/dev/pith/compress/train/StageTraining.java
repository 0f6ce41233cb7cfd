package dev.pith.compress.train;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.prune.PrunePattern;
import dev.pith.compress.prune.Pruner;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs single stages of a {@link TrainRecipe}: turns what the stage says into techniques and
 * trains. Immutable, thread-safe: stages that need nothing of each other may run at the same time.
 */
public final class StageTraining {

  private static final int RANGE_SAMPLES = 256;

  private final Dataset data;
  private final Dataset validation;
  private final Path checkpoint;
  private final boolean resume;

  /**
   * Training on the given data.
   *
   * @param data labelled samples to learn from
   * @param validation samples to measure accuracy on; {@code null} for none
   */
  public StageTraining(Dataset data, Dataset validation) {
    this(data, validation, null, false);
  }

  private StageTraining(Dataset data, Dataset validation, Path checkpoint, boolean resume) {
    this.data = data;
    this.validation = validation;
    this.checkpoint = checkpoint;
    this.resume = resume;
  }

  /** The same training with checkpoints in {@code file}, from which it goes on if asked to. */
  StageTraining withCheckpoint(Path file, boolean resuming) {
    return new StageTraining(data, validation, file, resuming);
  }

  /**
   * A network with new weights for samples and classes of {@code data}.
   *
   * @throws IOException if samples cannot be read
   */
  public static Graph beginning(Networks network, Dataset data, long seed) throws IOException {
    int classes = data.classNames().size();
    for (int i = 0; i < data.size(); i++) {
      classes = Math.max(classes, data.label(i) + 1);
    }
    return network.create(data.shape(), classes, seed);
  }

  /**
   * Runs a stage.
   *
   * @param from the network as the stage finds it
   * @param back the network whose weights the stage goes back to; {@code null} for none
   * @param teacher the teacher; {@code null} where the stage has none
   * @throws IOException if data, or the checkpoint, cannot be read or written
   */
  public Trainer.Result run(
      TrainRecipe.Stage stage, Graph from, Graph back, Graph teacher, TrainListener listener)
      throws IOException {
    Graph graph = back == null ? from : rewound(from, back, stage);
    List<Technique> techniques = new ArrayList<>();
    TrainRecipe.Prune prune = stage.prune();
    if (prune != null && prune.spec().pattern() instanceof PrunePattern.Channels) {
      graph = Pruner.prune(graph, prune.spec());
      techniques.add(new KeepZeros());
    } else if (prune != null) {
      techniques.add(new ScheduledPruning(prune.spec(), prune.schedule(), prune.importance()));
    } else {
      techniques.add(new KeepZeros());
    }
    if (stage.shareBits() > 0) {
      techniques.add(new WeightSharing(stage.shareBits()));
    }
    if (stage.slimming() > 0) {
      techniques.add(new Slimming(stage.slimming()));
    }
    if (stage.dropout() > 0) {
      techniques.add(new Dropout(stage.dropout()));
    }
    if (teacher != null) {
      TrainRecipe.Distil distil = stage.distil();
      techniques.add(
          new Distillation(teacher, distil.temperature(), distil.alpha(), distil.pairs()));
    }
    if (stage.quantize() != null) {
      graph = Pipeline.standard().run(graph);
      techniques.add(new QuantizationAware(stage.quantize(), data, RANGE_SAMPLES, stage.ranges()));
    }
    Trainer trainer = new Trainer(stage.settings(), techniques.toArray(new Technique[0]));
    if (checkpoint != null) {
      trainer.withCheckpoint(checkpoint, resume);
    }
    return trainer.train(graph, data, validation, listener);
  }

  /** The constants of {@code back}, with zeros where {@code pruned} has them. */
  static Graph rewound(Graph pruned, Graph back, TrainRecipe.Stage stage) {
    Map<String, Tensor> constants = new LinkedHashMap<>(pruned.constants());
    constants.replaceAll((name, value) -> back.constants().getOrDefault(name, value));
    for (WeightedLayer layer : WeightedLayer.of(pruned)) {
      float[] kept = layer.weight().toFloats();
      Tensor earlier = back.constants().get(layer.weightName());
      // Cut layers have new constants.
      if (earlier == null || !earlier.shape().equals(layer.weight().shape())) {
        throw new IllegalArgumentException(
            "cannot rewind to "
                + stage.rewind()
                + ": layer "
                + layer.name()
                + " had other extents then");
      }
      float[] values = earlier.toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] = kept[i] == 0 ? 0 : values[i];
      }
      constants.put(layer.weightName(), WeightedLayer.replaced(earlier, values));
    }
    return pruned.withConstants(constants);
  }
}
