package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.pack.LayoutJudge;
import dev.pith.compress.pack.MeasuredSpeed;
import dev.pith.compress.pack.Packer;
import dev.pith.compress.train.MetricsLog;
import dev.pith.compress.train.StagedTraining;
import dev.pith.compress.train.TrainListener;
import dev.pith.compress.train.TrainRecipe;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;

/**
 * One training from a recipe to a file. Its folder, beside the file, keeps stages and checkpoints
 * until {@link #clean}.
 */
final class TrainingJob {

  private static final String METRICS = "metrics.jsonl";

  private final CliCommand command;
  private final TrainRecipe recipe;
  private final Path out;
  private final OutputFile target;
  private final Path folder;
  private final boolean resume;

  /** A training that makes {@code out}; checks that it can be made. */
  TrainingJob(CliCommand command, TrainRecipe recipe, Path out, boolean force, boolean resume) {
    this.command = command;
    this.recipe = recipe;
    this.out = out;
    this.resume = resume;
    this.folder = out.resolveSibling(out.getFileName() + ".training");
    boolean made = resume && Files.exists(out);
    this.target = OutputFile.of(out, force || made);
    if (Files.exists(folder) && !resume) {
      throw new IllegalArgumentException(
          folder
              + " holds an interrupted training; --resume goes on with it, or remove the folder");
    }
  }

  Path out() {
    return out;
  }

  /** Whether an earlier run, now resumed, has made the file already. */
  boolean isMade() {
    return resume && Files.exists(out);
  }

  /** Takes over the first stages that another training, now finished, has in common. */
  void adopt(TrainingJob other, int stages) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < stages; i++) {
      Path from = StagedTraining.finished(other.folder, i);
      Path to = StagedTraining.finished(folder, i);
      if (Files.exists(from) && !Files.exists(to)) {
        Path part = folder.resolve(to.getFileName() + ".part");
        Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** Trains and writes the file, with its metrics beside it. */
  void run(Dataset samples, Dataset held, Preprocess images) throws IOException {
    boolean goOn = Files.exists(folder);
    Files.createDirectories(folder);
    Unfinished.keeps("what was trained is in " + folder + ", and --resume goes on from there");
    StagedTraining.Outcome outcome;
    try (Writer metrics =
        Files.newBufferedWriter(
            folder.resolve(METRICS), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      outcome =
          new StagedTraining(recipe, samples, held, folder, goOn)
              .run((stage, index) -> listener(stage, index, metrics));
    }
    Map<String, String> facts =
        TrainingResult.facts(outcome.accuracies(), PithFile.denseBytes(outcome.begun()));
    TrainingResult.addMultiplyAdds(facts, outcome.begun(), outcome.graph());
    if (!images.toString().isEmpty()) {
      facts.put(OpenModel.PREPROCESS, images.toString());
    }
    Provenance provenance =
        new Provenance(PithCommand.Version.tool(), recipe.text(), "", recipe.seed(), facts);
    Graph packed = packed(outcome.graph());
    target.write(beside -> PithFile.write(beside, packed, provenance));
    Unfinished.keeps("complete files are kept, and --resume goes on with the others");
    Files.copy(
        folder.resolve(METRICS),
        out.resolveSibling(out.getFileName() + "." + METRICS),
        StandardCopyOption.REPLACE_EXISTING);
    command.note("wrote " + out + ", " + Units.bytes(Files.size(out)));
  }

  private Graph packed(Graph graph) {
    return switch (recipe.layouts()) {
      case KNOWN -> Packer.pack(graph);
      case SMALLEST -> Packer.packAndReport(graph, LayoutJudge.SMALLEST).graph();
      case MEASURED -> {
        try (MeasuredSpeed judge = new MeasuredSpeed(graph, SessionOptions.defaults())) {
          yield Packer.packAndReport(graph, judge).graph();
        }
      }
    };
  }

  /** Removes what was kept for resuming. */
  void clean() {
    Unfinished.remove(folder);
  }

  private TrainListener listener(TrainRecipe.Stage stage, int index, Writer metrics) {
    String name = (index + 1) + "/" + recipe.stages().size() + " " + stage.name();
    return new MetricsLog(metrics, stage.name())
        .and(
            p -> {
              if (p.epochEnd()) {
                command.note(
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
              }
            });
  }
}
