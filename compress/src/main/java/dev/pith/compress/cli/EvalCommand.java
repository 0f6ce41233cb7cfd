package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Split;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.evaluate.Evaluator;
import dev.pith.runtime.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith eval}: how often models are right, and where two of them differ. */
@Command(
    name = "eval",
    description = "Measures accuracy on labelled data, and shows where two files differ.",
    footer = {
      "",
      "A .pith file remembers the preprocess settings it was made with; DATA then needs none.",
      "Examples:",
      "  pith eval net.pith --data idx:mnist",
      "  pith eval net.onnx net.pith --data cifar10:test.bin.gz?scale=1/255 --limit 1000"
    })
final class EvalCommand extends CliCommand {

  private static final int EXAMPLES = 10;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Models, .pith or .onnx.")
  private List<Path> files;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      converter = DataOption.class,
      description = "Labelled samples; the part test unless it says :train.")
  private DataSpec data;

  @Mixin private SessionOption on;

  @Option(names = "--limit", paramLabel = "N", description = "Use the first N samples only.")
  private Integer limit;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  /** What one file gave. */
  private record Row(Path path, String device, Evaluation evaluation) {}

  @Override
  int run() throws IOException {
    if (limit != null && limit < 1) {
      throw new IllegalArgumentException("--limit is " + limit + "; at least 1 is needed");
    }
    List<Row> rows = new ArrayList<>();
    for (Path file : files) {
      rows.add(evaluate(file));
    }
    if (json) {
      printJson(out -> writeJson(out, rows));
    } else {
      printTable(rows);
    }
    return Failures.DONE;
  }

  private Row evaluate(Path file) throws IOException {
    try (OpenModel opened = OpenModel.open(file)) {
      Dataset samples = data.open(Split.TEST, opened.preprocess());
      int count = limit == null ? samples.size() : Math.min(limit, samples.size());
      try (Session session = opened.model().newSession(on.options());
          Progress progress = Progress.start(terminal(), file.getFileName().toString(), count)) {
        Evaluation evaluation =
            Evaluator.evaluate(
                opened.model().graph(), session, samples, count, done -> progress.at(done));
        return new Row(file, deviceName(session), evaluation);
      }
    }
  }

  private static void writeJson(JsonGenerator out, List<Row> rows) throws IOException {
    out.writeArrayFieldStart("results");
    for (Row row : rows) {
      out.writeStartObject();
      out.writeStringField("path", row.path.toString());
      out.writeStringField("device", row.device);
      out.writeNumberField("samples", row.evaluation.samples());
      out.writeNumberField("top1", row.evaluation.accuracy());
      out.writeNumberField("top1_low", row.evaluation.interval().low());
      out.writeNumberField("top1_high", row.evaluation.interval().high());
      out.writeNumberField("top5", row.evaluation.top5Accuracy());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("differences");
    for (Row other : rows.subList(1, rows.size())) {
      Difference difference = Difference.of(rows.get(0).evaluation, other.evaluation);
      out.writeStartObject();
      out.writeStringField("path", rows.get(0).path.toString());
      out.writeStringField("other", other.path.toString());
      out.writeNumberField("samples", difference.different().size());
      out.writeNumberField("only_first_right", difference.onlyFirst());
      out.writeNumberField("only_other_right", difference.onlySecond());
      out.writeArrayFieldStart("examples");
      for (int sample : difference.examples(EXAMPLES)) {
        out.writeStartObject();
        out.writeNumberField("sample", sample);
        out.writeNumberField("label", other.evaluation.labels().get(sample));
        out.writeNumberField("first", rows.get(0).evaluation.predictions().get(sample));
        out.writeNumberField("other", other.evaluation.predictions().get(sample));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void printTable(List<Row> rows) {
    Table table = new Table("FILE", "DEVICE", "SAMPLES", "TOP-1", "95 % INTERVAL", "TOP-5");
    for (Row row : rows) {
      Evaluation e = row.evaluation;
      table.row(
          row.path,
          row.device,
          e.samples(),
          Units.percent(e.accuracy()),
          Units.percent(e.interval().low()) + " – " + Units.percent(e.interval().high()),
          e.classes() > 5 ? Units.percent(e.top5Accuracy()) : "-");
    }
    print(table);
    for (Row other : rows.subList(1, rows.size())) {
      Difference d = Difference.of(rows.get(0).evaluation, other.evaluation);
      print("");
      print(
          rows.get(0).path.getFileName()
              + " and "
              + other.path.getFileName()
              + " answer differently on "
              + d.different().size()
              + " samples: only the first is right on "
              + d.onlyFirst()
              + ", only the second on "
              + d.onlySecond());
      if (d.different().isEmpty()) {
        continue;
      }
      Table examples = new Table("SAMPLE", "LABEL", "FIRST", "SECOND");
      for (int sample : d.examples(EXAMPLES)) {
        examples.row(
            sample,
            other.evaluation.labels().get(sample),
            rows.get(0).evaluation.predictions().get(sample),
            other.evaluation.predictions().get(sample));
      }
      print(examples);
    }
  }
}
