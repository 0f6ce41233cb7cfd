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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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

  private static final String ACCURACY = "accuracy_after";

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
   * What the stages gave.
   *
   * @param graph the network after the last stage: in floating point, or int8 if that one quantizes
   * @param begun the network that became this one, with the weights it began with
   * @param accuracies accuracy on the validation data after each stage, by name; NaN without data
   */
  public record Outcome(Graph graph, Graph begun, Map<String, Double> accuracies) {
    public Outcome {
      accuracies = Collections.unmodifiableMap(new LinkedHashMap<>(accuracies));
    }
  }

  /**
   * Trains.
   *
   * @throws IOException if data, models, or files of the folder cannot be read or written
   */
  public Outcome run(StageListener listener) throws IOException {
    requireFiles();
    try {
      Graph graph = beginning();
      check(graph);
      Graph begun = graph;
      Map<String, Graph> earlier = new HashMap<>(Map.of(TrainRecipe.BEGINNING, graph));
      Map<String, Double> accuracies = new LinkedHashMap<>();
      for (int i = 0; i < recipe.stages().size(); i++) {
        TrainRecipe.Stage stage = recipe.stages().get(i);
        if (stage.network() != null) {
          graph = StageTraining.beginning(stage.network(), data, recipe.seed());
          begun = graph;
        }
        Path done = folder == null ? null : finished(folder, i);
        if (resume && done != null && Files.exists(done)) {
          Model model = model(done);
          graph = copy(model.graph());
          accuracies.put(stage.name(), accuracy(model.provenance()));
        } else {
          Trainer.Result result = train(stage, i, graph, earlier, listener);
          graph = result.graph();
          accuracies.put(stage.name(), result.accuracy());
          if (done != null) {
            ModelWriter.write(done, graph, provenance(result.accuracy()));
          }
        }
        earlier.put(stage.name(), graph);
      }
      return new Outcome(graph, begun, accuracies);
    } finally {
      open.forEach(Model::close);
      open.clear();
    }
  }

  /** Goes through all stages without training. */
  private void check(Graph begin) throws IOException {
    Graph graph = begin;
    Map<String, Graph> earlier = new HashMap<>(Map.of(TrainRecipe.BEGINNING, begin));
    for (TrainRecipe.Stage stage : recipe.stages()) {
      if (stage.network() != null) {
        graph = StageTraining.beginning(stage.network(), data, recipe.seed());
      }
      Graph teacher =
          stage.distil() == null ? null : teacher(stage.distil().teacher(), graph, earlier);
      graph = new StageCheck(stage).after(graph, earlier.get(stage.rewind()), teacher);
      earlier.put(stage.name(), graph);
    }
  }

  /** Finds missing files now, not after hours of training. */
  private void requireFiles() throws IOException {
    List<String> needed = new ArrayList<>(List.of(recipe.model()));
    for (TrainRecipe.Stage stage : recipe.stages()) {
      needed.add(stage.distil() != null && stage.distil().isFile() ? stage.distil().teacher() : "");
    }
    for (String file : needed) {
      if (!file.isEmpty() && !Files.isRegularFile(Path.of(file))) {
        throw new NoSuchFileException(file, null, "the recipe begins with it or has it as teacher");
      }
    }
  }

  /** Where {@code folder} keeps the network that stage {@code index} made. */
  public static Path finished(Path folder, int index) {
    return folder.resolve("stage-" + (index + 1) + ".pith");
  }

  private static Provenance provenance(double accuracy) {
    return new Provenance("", "", "", 0, Map.of(ACCURACY, Double.toString(accuracy)));
  }

  private static double accuracy(Provenance provenance) {
    return Double.parseDouble(provenance.facts().getOrDefault(ACCURACY, "NaN"));
  }

  private Graph beginning() throws IOException {
    if (recipe.network() == null) {
      return Trainable.of(copy(graph(Path.of(recipe.model()))));
    }
    return StageTraining.beginning(recipe.network(), data, recipe.seed());
  }

  /** The graph in a file; ONNX as it is, with BatchNorm unfolded. */
  private Graph graph(Path file) throws IOException {
    return ModelFiles.isOnnx(file) ? OnnxImporter.read(file) : model(file).graph();
  }

  private Model model(Path file) throws IOException {
    Model model = ModelFiles.load(file);
    open.add(model);
    return model;
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
    Graph back = stage.rewind().isEmpty() ? null : earlier.get(stage.rewind());
    Graph teacher =
        stage.distil() == null ? null : teacher(stage.distil().teacher(), from, earlier);
    return training.run(stage, from, back, teacher, listener.stage(stage, index));
  }

  private Graph teacher(String name, Graph self, Map<String, Graph> earlier) throws IOException {
    if (name.equals(TrainRecipe.SELF)) {
      return self;
    }
    if (earlier.containsKey(name)) {
      return earlier.get(name);
    }
    Graph graph = graph(Path.of(name));
    boolean dense = graph.constants().values().stream().allMatch(Tensor::isDense);
    return dense ? Trainable.of(graph) : graph;
  }
}
