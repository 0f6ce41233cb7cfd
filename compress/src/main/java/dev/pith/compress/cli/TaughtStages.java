package dev.pith.compress.cli;

import dev.pith.compress.train.TrainRecipe;
import java.util.List;

/**
 * The stages of a recipe that show what a teacher is worth: the last stage distils from an earlier
 * one, and another one trained the same network alone.
 *
 * @param teacher name of the teacher's stage
 * @param alone name of the stage that trained the student without it
 * @param taught name of the last stage
 */
record TaughtStages(String teacher, String alone, String taught) {

  /** The stages, or {@code null} where the recipe has none such. */
  static TaughtStages of(TrainRecipe recipe) {
    List<TrainRecipe.Stage> stages = recipe.stages();
    TrainRecipe.Stage taught = stages.getLast();
    if (taught.distil() == null || taught.network() == null) {
      return null;
    }
    String teacher = taught.distil().teacher();
    if (stages.stream().noneMatch(stage -> stage.name().equals(teacher))) {
      return null;
    }
    String alone = null;
    for (TrainRecipe.Stage stage : stages.subList(0, stages.size() - 1)) {
      boolean same = stage.network() == taught.network() && stage.distil() == null;
      alone = same && !stage.name().equals(teacher) ? stage.name() : alone;
    }
    return alone == null ? null : new TaughtStages(teacher, alone, taught.name());
  }

  /** Accuracy of the teacher above that of the student alone. */
  double gap(TrainingResult result) {
    return accuracy(result, teacher) - accuracy(result, alone);
  }

  /**
   * The part of the gap that the taught student has closed; NaN where the teacher is no better than
   * the student alone.
   */
  double closed(TrainingResult result) {
    double gap = gap(result);
    return gap > 0 ? gain(result) / gap : Double.NaN;
  }

  /** Accuracy of the taught student above that of the student alone. */
  double gain(TrainingResult result) {
    return accuracy(result, taught) - accuracy(result, alone);
  }

  private static double accuracy(TrainingResult result, String stage) {
    return result.stages().getOrDefault(stage, Double.NaN);
  }
}
