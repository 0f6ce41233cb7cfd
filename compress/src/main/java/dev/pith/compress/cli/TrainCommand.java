package dev.pith.compress.cli;

import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.data.Split;
import dev.pith.compress.train.MetricsLog;
import dev.pith.compress.train.StagedTraining;
import dev.pith.compress.train.TrainListener;
import dev.pith.compress.train.TrainRecipe;
import dev.pith.compress.train.Trainer;
import dev.pith.runtime.format.Provenance;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
      "--resume goes on from there. Metrics go to metrics.jsonl in the same folder.",
      "Example:",
      "  pith train --recipe lenet.yaml --data idx:mnist?scale=1/255 --out lenet.pith"
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

  @Option(names = "--resume", description = "Go on with an interrupted training.")
  private boolean resume;

  @Option(names = "--force", description = "Replace OUT.pith if it exists.")
  private boolean force;

  @Override
  int run() throws IOException {
    OutputFile target = OutputFile.of(out, force);
    TrainRecipe recipe = TrainRecipe.read(recipeFile);
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
    Path folder = out.resolveSibling(out.getFileName() + ".training");
    prepare(folder);
    Trainer.Result result = train(recipe, samples, held, folder);
    Provenance provenance =
        new Provenance(
            PithCommand.Version.tool(), recipe.text(), "", recipe.seed(), facts(images, result));
    target.write(beside -> PithFile.write(beside, result.graph(), provenance));
    Unfinished.remove(folder);
    print("wrote " + out + ", " + Units.bytes(Files.size(out)));
    return Failures.DONE;
  }

  private void prepare(Path folder) throws IOException {
    if (Files.exists(folder) && !resume) {
      throw new IllegalArgumentException(
          folder
              + " holds an interrupted training; --resume goes on with it, or remove the folder");
    }
    Files.createDirectories(folder);
  }

  private Trainer.Result train(TrainRecipe recipe, Dataset samples, Dataset held, Path folder)
      throws IOException {
    try (Writer metrics =
        Files.newBufferedWriter(
            folder.resolve("metrics.jsonl"),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND)) {
      return new StagedTraining(recipe, samples, held, folder, resume)
          .run((stage, index) -> listener(recipe, stage, index, metrics));
    }
  }

  private TrainListener listener(
      TrainRecipe recipe, TrainRecipe.Stage stage, int index, Writer metrics) {
    String name = (index + 1) + "/" + recipe.stages().size() + " " + stage.name();
    return new MetricsLog(metrics, stage.name())
        .and(
            p -> {
              if (p.epochEnd()) {
                print(
                    String.format(
                        Locale.ROOT,
                        "%s  epoch %.2f of %.2f  loss %.4f  train %.2f %%  validation %s"
                            + "  sparsity %.1f %%  %.0f s left",
                        name,
                        p.epoch(),
                        p.epochs(),
                        p.loss(),
                        100 * p.accuracy(),
                        Double.isNaN(p.validation()) ? "-" : Units.percent(p.validation()),
                        100 * p.sparsity(),
                        p.secondsLeft()));
                terminal().out().flush();
              }
            });
  }

  private static Map<String, String> facts(Preprocess images, Trainer.Result result) {
    Map<String, String> facts = new TreeMap<>();
    if (!images.toString().isEmpty()) {
      facts.put(OpenModel.PREPROCESS, images.toString());
    }
    if (!Double.isNaN(result.accuracy())) {
      facts.put("accuracy_after", Double.toString(result.accuracy()));
    }
    return facts;
  }
}
