package dev.pith.compress.cli;

import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.data.Split;
import dev.pith.compress.train.TrainRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pith train}: trains, distils, prunes and quantizes by a recipe. */
@Command(
    name = "train",
    description = "Trains a network by a recipe and writes a .pith file.",
    footer = {
      "",
      "A recipe begins with a network (or a model file) and lists stages, each with epochs, batch,",
      "optimizer, rate, and what takes part: prune, distil, share, slimming, quantize.",
      "Stages and checkpoints are kept in OUT.pith.training until the training is complete;",
      "--resume goes on from there. Metrics, one JSON object an epoch, are in"
          + " OUT.pith.metrics.jsonl.",
      "Several seeds or temperatures make a file each (OUT-seed2.pith, OUT-T4.pith) and a table.",
      "Examples:",
      "  pith train --recipe lenet.yaml --data idx:mnist?scale=1/255 --out lenet.pith",
      "  pith train --recipe student.yaml --out student.pith --seeds 1,2,3 --temperatures 1,2,4,8"
    })
final class TrainCommand extends CliCommand {

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "R.yaml",
      description = "The stages of the training.")
  private Path recipeFile;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "Samples to learn from, instead of the recipe's.")
  private String data;

  @Option(
      names = "--validation",
      paramLabel = "DATA",
      description = "Samples to measure accuracy on after each epoch.")
  private String validation;

  @Option(names = "--out", required = true, paramLabel = "OUT.pith", description = "The file.")
  private Path out;

  @Option(
      names = "--seeds",
      paramLabel = "N,N,…",
      split = ",",
      description = "Train once with each seed, instead of the recipe's.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--temperatures",
      paramLabel = "T,T,…",
      split = ",",
      description = "Distil once at each temperature, instead of the recipe's.")
  private List<Double> temperatures = List.of();

  @Option(names = "--resume", description = "Go on with an interrupted training.")
  private boolean resume;

  @Option(names = "--force", description = "Replace OUT.pith if it exists.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    TrainRecipe recipe = TrainRecipe.read(recipeFile);
    List<List<TrainingJob>> jobs = jobs(recipe);
    String learn = data == null ? recipe.data() : data;
    if (learn.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no data to learn from; give --data DATA, or data: in " + recipeFile);
    }
    DataSpec spec = DataSpec.parse(learn);
    Preprocess images = spec.preprocess() == null ? Preprocess.NONE : spec.preprocess();
    Dataset samples = spec.open(Split.TRAIN, images);
    String measure = validation == null ? recipe.validation() : validation;
    Dataset held = measure.isEmpty() ? null : DataSpec.parse(measure).open(Split.TEST, images);
    List<List<TrainingResult>> results = new ArrayList<>();
    for (List<TrainingJob> sweep : jobs) {
      for (TrainingJob job : sweep) {
        if (!job.isMade()) {
          if (job != sweep.get(0)) {
            job.adopt(sweep.get(0), recipe.firstDistilled());
          }
          job.run(samples, held, images);
        }
      }
      List<TrainingResult> row = new ArrayList<>();
      for (TrainingJob job : sweep) {
        job.clean();
        row.add(TrainingResult.read(job.out(), held));
      }
      results.add(row);
    }
    show(results, TaughtStages.of(recipe));
    return Failures.DONE;
  }

  /** For each seed a training at each temperature. */
  private List<List<TrainingJob>> jobs(TrainRecipe recipe) {
    List<List<TrainingJob>> jobs = new ArrayList<>();
    for (long seed : seeds.isEmpty() ? List.of(recipe.seed()) : seeds) {
      TrainRecipe seeded = seeds.isEmpty() ? recipe : recipe.withSeed(seed);
      String name = seeds.size() > 1 ? "-seed" + seed : "";
      List<TrainingJob> sweep = new ArrayList<>();
      if (temperatures.isEmpty()) {
        sweep.add(new TrainingJob(this, seeded, named(name), force, resume));
      }
      for (double temperature : temperatures) {
        TrainRecipe warmed = seeded.withTemperature(temperature);
        String warm = temperatures.size() > 1 ? "-T" + TrainingTable.degrees(temperature) : "";
        sweep.add(new TrainingJob(this, warmed, named(name + warm), force, resume));
      }
      jobs.add(sweep);
    }
    return jobs;
  }

  private Path named(String suffix) {
    String name = out.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return out.resolveSibling(stem + suffix + name.substring(stem.length()));
  }

  private void show(List<List<TrainingResult>> results, TaughtStages taught) throws IOException {
    TrainingTable table = new TrainingTable(results, temperatures, taught);
    if (json) {
      printJson(table::json);
    } else {
      table.print(this);
    }
  }
}
