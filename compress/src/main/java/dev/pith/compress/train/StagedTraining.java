package dev.pith.compress.train;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a {@link TrainRecipe}, stage after stage. With a folder to work in, finished stages and
 * checkpoints are kept there, so that an interrupted training loses at most one epoch and ends with
 * the same bits when it is resumed. Not thread-safe.
 */
public final class StagedTraining {

  private final TrainRecipe recipe;
  private final Dataset data;
  private final Dataset validation;
  private final Path folder;
  private final boolean resume;
  private final List<Model> open = new ArrayList<>();

  /**
   * A training.
   *
   * @param data labelled samples to learn from
   * @param validation samples to measure accuracy on; {@code null} for none
   * @param folder an existing folder for stages and checkpoints; {@code null} for none
   * @param resume whether to go on from what the folder holds
   */
  public StagedTraining(
      TrainRecipe recipe, Dataset data, Dataset validation, Path folder, boolean resume) {
    this.recipe = recipe;
    this.data = data;
    this.validation = validation;
    this.folder = folder;
    this.resume = resume;
  }

  /** Told how the stages go. */
  @FunctionalInterface
  public interface StageListener {
    /**
     * A stage begins.
     *
     * @param stage which one
     * @param index its number from 0
     * @return who hears of its progress
     */
    TrainListener stage(TrainRecipe.Stage stage, int index);
  }

  /**
   * Trains.
   *
   * @return the network after the last stage: in floating point, or int8 if that stage quantizes
   * @throws IOException if data, models, or files of the folder cannot be read or written
   */
  public Trainer.Result run(StageListener listener) throws IOException {
    try {
      Graph graph = beginning();
      Map<String, Graph> earlier = new HashMap<>(Map.of(TrainRecipe.BEGINNING, graph));
      Trainer.Result result = null;
      for (int i = 0; i < recipe.stages().size(); i++) {
        TrainRecipe.Stage stage = recipe.stages().get(i);
        Path done = folder == null ? null : folder.resolve("stage-" + (i + 1) + ".pith");
        if (resume && done != null && Files.exists(done)) {
          result = new Trainer.Result(copy(model(done)), Double.NaN, Double.NaN);
        } else {
          result = train(stage, i, graph, earlier, listener);
          if (done != null) {
            ModelWriter.write(done, result.graph(), Provenance.NONE);
          }
        }
        graph = result.graph();
        earlier.put(stage.name(), graph);
      }
      return result;
    } finally {
      open.forEach(Model::close);
      open.clear();
    }
  }

  private Graph beginning() throws IOException {
    if (recipe.network() == null) {
      return Trainable.of(copy(model(Path.of(recipe.model()))));
    }
    return StageTraining.beginning(recipe.network(), data, recipe.seed());
  }

  /** The graph in a file; ONNX as it is, with BatchNorm unfolded. */
  private Graph model(Path file) throws IOException {
    if (ModelFiles.isOnnx(file)) {
      return OnnxImporter.read(file);
    }
    Model model = ModelFiles.load(file);
    open.add(model);
    return model.graph();
  }

  /** The graph with constants of its own, which outlive the file's mapping. */
  private static Graph copy(Graph graph) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    graph
        .constants()
        .forEach(
            (name, value) -> {
              if (!value.isDense()) {
                throw new IllegalArgumentException(
                    "constant "
                        + name
                        + " is packed ("
                        + value
                        + "); training begins with dense weights: use the model it was made from");
              }
              byte[] bytes = value.values().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
              constants.put(
                  name,
                  Tensor.ofBytes(value.dtype(), bytes, value.shape().dims())
                      .withQuantization(value.quantization()));
            });
    return graph.withConstants(constants);
  }

  private Trainer.Result train(
      TrainRecipe.Stage stage,
      int index,
      Graph from,
      Map<String, Graph> earlier,
      StageListener listener)
      throws IOException {
    StageTraining training = new StageTraining(data, validation);
    if (folder != null) {
      training =
          training.withCheckpoint(folder.resolve("stage-" + (index + 1) + ".checkpoint"), resume);
    }
    Graph begin =
        stage.network() == null
            ? from
            : StageTraining.beginning(stage.network(), data, recipe.seed());
    Graph back = stage.rewind().isEmpty() ? null : earlier.get(stage.rewind());
    Graph teacher =
        stage.distil() == null ? null : teacher(stage.distil().teacher(), begin, earlier);
    return training.run(stage, begin, back, teacher, listener.stage(stage, index));
  }

  private Graph teacher(String name, Graph self, Map<String, Graph> earlier) throws IOException {
    if (name.equals(TrainRecipe.SELF)) {
      return self;
    }
    if (earlier.containsKey(name)) {
      return earlier.get(name);
    }
    Graph graph = model(Path.of(name));
    boolean dense = graph.constants().values().stream().allMatch(Tensor::isDense);
    return dense ? Trainable.of(graph) : graph;
  }
}
