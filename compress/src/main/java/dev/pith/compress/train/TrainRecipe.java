package dev.pith.compress.train;

import dev.pith.compress.pack.LayoutRule;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.quantize.QuantizeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A whole training: the network to begin with and the stages it goes through, checked before
 * anything runs. {@link TrainRecipeReader} defines the YAML form. Immutable, thread-safe.
 *
 * @param text the recipe as YAML; stored in the file it makes
 * @param network built-in network to begin with, or {@code null}
 * @param model file (.onnx or .pith) to begin with instead; empty for none
 * @param data training data as on the command line; empty where the command line says it
 * @param validation validation data likewise
 * @param seed of weights, shuffling and augmentation
 * @param threads threads of libtorch
 * @param layouts which weights leave zeros out in the file
 * @param stages in order, at least one
 */
public record TrainRecipe(
    String text,
    Networks network,
    String model,
    String data,
    String validation,
    long seed,
    int threads,
    LayoutRule layouts,
    List<Stage> stages) {

  public TrainRecipe {
    stages = List.copyOf(stages);
  }

  /**
   * One stage: a training with its techniques.
   *
   * @param name unique within the recipe
   * @param network built-in network with new weights to begin anew with; {@code null} to go on
   * @param settings how long and how
   * @param prune pruning before or during the stage, or {@code null}
   * @param distil a teacher, or {@code null}
   * @param quantize quantization-aware training, or {@code null}; the last stage only
   * @param ranges where ranges of quantized activations come from
   * @param shareBits bits of shared weights, or 0
   * @param slimming strength of network slimming, or 0
   * @param dropout share of what linear layers read that is left out in each step, or 0
   * @param rewind an earlier stage, or {@code beginning}, whose weights the stage goes back to
   *     where weights are left (Frankle and Carbin 2019); empty to go on. Rewinding the learning
   *     rate alone (Renda et al. 2020) is a stage with the schedule of the one before.
   * @param place where the recipe says so, for messages
   */
  public record Stage(
      String name,
      Networks network,
      TrainSettings settings,
      Prune prune,
      Distil distil,
      QuantizeSpec quantize,
      QuantizationAware.Ranges ranges,
      int shareBits,
      double slimming,
      double dropout,
      String rewind,
      Place place) {

    private Stage with(TrainSettings newSettings, Distil newDistil) {
      return new Stage(
          name,
          network,
          newSettings,
          prune,
          newDistil,
          quantize,
          ranges,
          shareBits,
          slimming,
          dropout,
          rewind,
          place);
    }
  }

  /**
   * Where a stage stands in its recipe.
   *
   * @param source name of the recipe's file
   * @param line first line of the stage, from 1
   * @param keys line of each key's value
   */
  public record Place(String source, int line, Map<String, Integer> keys) {
    public Place {
      keys = Map.copyOf(keys);
    }

    /** Source and line of {@code key}, or of the stage where it does not have the key. */
    String of(String key) {
      return source + " line " + keys.getOrDefault(key, line);
    }
  }

  /**
   * Pruning of a stage.
   *
   * @param spec which weights
   * @param schedule when; whole channels go before the stage, whatever it says
   * @param importance which first
   */
  public record Prune(
      PruneSpec spec, PruneSchedule schedule, ScheduledPruning.Importance importance) {}

  /**
   * Distillation of a stage.
   *
   * @param teacher a file (.onnx or .pith), {@code self} for the network as the stage finds it, or
   *     the name of an earlier stage for the network as that one left it
   * @param temperature T
   * @param alpha weight of the teacher
   * @param pairs features that should become alike
   */
  public record Distil(
      String teacher, double temperature, double alpha, List<Distillation.FeaturePair> pairs) {
    public Distil {
      pairs = List.copyOf(pairs);
    }

    /** Whether the teacher is a file. */
    boolean isFile() {
      return teacher.endsWith(".onnx") || teacher.endsWith(".pith");
    }

    private Distil withTemperature(double other) {
      return new Distil(teacher, other, alpha, pairs);
    }
  }

  /** The same recipe with another seed, which a comment in its text tells. */
  public TrainRecipe withSeed(long other) {
    List<Stage> seeded = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      seeded.add(stage.with(stage.settings().withSeed(other + i), stage.distil()));
    }
    return changed("seed " + other, other, seeded);
  }

  /**
   * The same recipe with another temperature in every stage that distils, which a comment in its
   * text tells.
   *
   * @throws IllegalArgumentException if no stage distils
   */
  public TrainRecipe withTemperature(double other) {
    if (firstDistilled() == stages.size()) {
      throw new IllegalArgumentException("no stage of the recipe has a teacher");
    }
    List<Stage> changed = new ArrayList<>();
    for (Stage stage : stages) {
      Distil distil = stage.distil() == null ? null : stage.distil().withTemperature(other);
      changed.add(stage.with(stage.settings(), distil));
    }
    return changed("temperature " + other, seed, changed);
  }

  /** Index of the first stage with a teacher; the number of stages where none has one. */
  public int firstDistilled() {
    int index = 0;
    while (index < stages.size() && stages.get(index).distil() == null) {
      index++;
    }
    return index;
  }

  private TrainRecipe changed(String what, long newSeed, List<Stage> newStages) {
    String told = text + (text.endsWith("\n") ? "" : "\n") + "# with " + what + "\n";
    return new TrainRecipe(
        told, network, model, data, validation, newSeed, threads, layouts, newStages);
  }

  /** The network before the first stage. */
  public static final String BEGINNING = "beginning";

  /** The network as the stage finds it. */
  public static final String SELF = "self";

  /**
   * The recipe in a YAML file.
   *
   * @throws IllegalArgumentException if it is not a valid recipe; the message has file and line
   */
  public static TrainRecipe read(Path file) throws IOException {
    return TrainRecipeReader.read(Files.readString(file), file.toString());
  }

  /**
   * The recipe in a YAML text.
   *
   * @throws IllegalArgumentException if it is not a valid recipe; the message has the line
   */
  public static TrainRecipe parse(String yaml) {
    return TrainRecipeReader.read(yaml, "recipe");
  }
}
