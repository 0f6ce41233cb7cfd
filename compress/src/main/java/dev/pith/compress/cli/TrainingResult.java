package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.evaluate.Evaluator;
import dev.pith.compress.layer.MultiplyAdds;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a training made, read from the file it wrote.
 *
 * @param file the file
 * @param seed seed of the training
 * @param stages accuracy on the validation data after each stage, by name, in order
 * @param executed accuracy of the file as sessions run it; {@code null} without validation data
 * @param fileBytes size of the file
 * @param denseBytes bytes of the weights in fp32 that it began with
 * @param denseAdds multiply-adds for a sample of the network that it began with
 * @param adds multiply-adds for a sample of the file's network, zeros included
 */
record TrainingResult(
    Path file,
    long seed,
    Map<String, Double> stages,
    Evaluation executed,
    long fileBytes,
    long denseBytes,
    long denseAdds,
    long adds) {

  private static final String STAGE = "accuracy_stage_";
  private static final String DENSE = "dense_fp32_bytes";
  private static final String ADDS = "dense_multiply_adds";

  /** Bytes of the weights in fp32 for each byte of the file. */
  double ratio() {
    return denseBytes / (double) fileBytes;
  }

  /** What {@link #read} needs to find in a file. */
  static Map<String, String> facts(Map<String, Double> stages, long denseBytes) {
    Map<String, String> facts = new TreeMap<>();
    facts.put(DENSE, Long.toString(denseBytes));
    int index = 0;
    for (Map.Entry<String, Double> stage : stages.entrySet()) {
      index++;
      if (!Double.isNaN(stage.getValue())) {
        facts.put(
            String.format("%s%02d_%s", STAGE, index, stage.getKey()), stage.getValue().toString());
        facts.put("accuracy_after", stage.getValue().toString());
      }
    }
    return facts;
  }

  /** Notes how many multiply-adds {@code begun} has, where {@code now} has fewer channels. */
  static void addMultiplyAdds(Map<String, String> facts, Graph begun, Graph now) {
    long before = MultiplyAdds.of(begun);
    if (before != MultiplyAdds.of(now)) {
      facts.put(ADDS, Long.toString(before));
    }
  }

  /**
   * The result in {@code file}.
   *
   * @param validation samples to run it on; {@code null} for none
   */
  static TrainingResult read(Path file, Dataset validation) throws IOException {
    try (Model model = ModelFiles.load(file)) {
      Provenance made = model.provenance();
      Map<String, Double> stages = new LinkedHashMap<>();
      made.facts()
          .forEach(
              (name, value) -> {
                if (name.startsWith(STAGE)) {
                  stages.put(name.substring(STAGE.length() + 3), Double.parseDouble(value));
                }
              });
      Evaluation executed = null;
      if (validation != null) {
        try (Session session = model.newSession(SessionOptions.defaults().withDevice("cpu"))) {
          executed =
              Evaluator.evaluate(model.graph(), session, validation, validation.size(), d -> {});
        }
      }
      long adds = MultiplyAdds.of(model.graph());
      return new TrainingResult(
          file,
          made.seed(),
          stages,
          executed,
          Files.size(file),
          Long.parseLong(made.facts().getOrDefault(DENSE, "0")),
          Long.parseLong(made.facts().getOrDefault(ADDS, Long.toString(adds))),
          adds);
    }
  }
}
