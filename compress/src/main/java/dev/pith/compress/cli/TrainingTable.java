package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.evaluate.Interval;
import dev.pith.compress.evaluate.Mean;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What trainings with several seeds and temperatures gave, as tables and as JSON. */
final class TrainingTable {

  private final List<List<TrainingResult>> results;
  private final List<Double> temperatures;
  private final TaughtStages taught;

  /**
   * A table.
   *
   * @param results for each seed, in order of the temperatures
   * @param temperatures empty where only one is used
   * @param taught what a teacher's worth is read from; {@code null} for nothing
   */
  TrainingTable(
      List<List<TrainingResult>> results, List<Double> temperatures, TaughtStages taught) {
    this.results = results;
    this.temperatures = temperatures;
    this.taught = taught;
  }

  /** A temperature in as few digits as it needs. */
  static String degrees(double temperature) {
    return BigDecimal.valueOf(temperature).stripTrailingZeros().toPlainString();
  }

  void print(CliCommand command) {
    if (temperatures.size() > 1) {
      command.print(byTemperature());
    }
    if (results.get(0).get(0).executed() != null) {
      command.print(errors());
      if (taught != null) {
        command.print(closed());
        command.print(verdict());
      }
    }
    int last = results.get(0).size() - 1;
    for (int t = 0; t <= last; t++) {
      if (!temperatures.isEmpty()) {
        command.print("temperature " + degrees(temperatures.get(t)));
      }
      command.print(stages(column(t)));
    }
  }

  private List<TrainingResult> column(int temperature) {
    return results.stream().map(row -> row.get(temperature)).toList();
  }

  /** Accuracy of the last stage against temperature. */
  private Table byTemperature() {
    Table table = table("TEMPERATURE", column(0));
    for (int t = 0; t < temperatures.size(); t++) {
      row(table, degrees(temperatures.get(t)), column(t), TrainingTable::last, false);
    }
    return table;
  }

  private static double last(TrainingResult result) {
    return result.stages().values().stream().reduce(Double.NaN, (a, b) -> b);
  }

  /** Wrong answers of each stage; of the last one at each temperature. */
  private Table errors() {
    Table table = table("ERRORS OF " + results.get(0).get(0).executed().samples(), column(0));
    List<String> stages = List.copyOf(results.get(0).get(0).stages().keySet());
    for (String stage : temperatures.isEmpty() ? stages : stages.subList(0, stages.size() - 1)) {
      row(table, stage, column(0), r -> errors(r, r.stages().get(stage)), true);
    }
    for (int t = 0; t < temperatures.size(); t++) {
      String name = stages.getLast() + ", T = " + degrees(temperatures.get(t));
      row(table, name, column(t), r -> errors(r, last(r)), true);
    }
    return table;
  }

  private static double errors(TrainingResult result, double accuracy) {
    return Math.rint((1 - accuracy) * result.executed().samples());
  }

  private int columns() {
    return results.get(0).size();
  }

  private String name(int temperature) {
    return temperatures.isEmpty()
        ? taught.taught()
        : taught.taught() + ", T = " + degrees(temperatures.get(temperature));
  }

  /** The part of the gap to the teacher that was closed. */
  private Table closed() {
    Table table = table("OF THE GAP CLOSED", column(0));
    for (int t = 0; t < columns(); t++) {
      row(table, name(t), column(t), taught::closed, false);
    }
    return table;
  }

  /** Whether half of the gap was closed, on average over the seeds. */
  private String verdict() {
    double gap = mean(column(0), taught::gap);
    String points = String.format(Locale.ROOT, "%.2f points", 100 * gap);
    if (!(gap > 0)) {
      return "no gap to close: %s is better than %s by %s"
          .formatted(taught.teacher(), taught.alone(), points);
    }
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < columns(); t++) {
      double gained = mean(column(t), taught::gain);
      best = gained > most ? t : best;
      most = Math.max(gained, most);
    }
    return "%s is better than %s by %s; %s closes %s of that, %s"
        .formatted(
            taught.teacher(),
            taught.alone(),
            points,
            name(best),
            Units.percent(most / gap),
            most >= gap / 2 ? "at least half" : "less than half");
  }

  private static double mean(List<TrainingResult> seeds, ToDoubleFunction<TrainingResult> value) {
    return Mean.of(seeds.stream().map(value::applyAsDouble).toList()).mean();
  }

  private static Table stages(List<TrainingResult> seeds) {
    Table table = table("STAGE", seeds);
    for (String stage : seeds.get(0).stages().keySet()) {
      row(table, stage, seeds, r -> r.stages().getOrDefault(stage, Double.NaN), false);
    }
    TrainingResult first = seeds.get(0);
    if (first.executed() != null) {
      int samples = first.executed().samples();
      row(table, "as executed", seeds, r -> r.executed().accuracy(), false);
      row(table, "95 % of " + samples + ", from", seeds, r -> interval(r).low(), false);
      row(table, "to", seeds, r -> interval(r).high(), false);
    }
    row(table, "file, bytes", seeds, TrainingResult::fileBytes, true);
    row(table, "ratio", seeds, TrainingResult::ratio, true);
    if (first.denseAdds() != first.adds()) {
      row(table, "multiply-adds, dense", seeds, TrainingResult::denseAdds, true);
      row(table, "multiply-adds", seeds, TrainingResult::adds, true);
      row(table, "of dense", seeds, r -> r.adds() / (double) r.denseAdds(), false);
    }
    return table;
  }

  private static Interval interval(TrainingResult result) {
    return result.executed().interval();
  }

  private static Table table(String first, List<TrainingResult> seeds) {
    List<String> titles = new ArrayList<>(List.of(first));
    seeds.forEach(result -> titles.add("SEED " + result.seed()));
    if (seeds.size() > 1) {
      titles.addAll(List.of("MEAN", "±95 %"));
    }
    return new Table(titles.toArray(new String[0]));
  }

  private static void row(
      Table table,
      String name,
      List<TrainingResult> seeds,
      ToDoubleFunction<TrainingResult> value,
      boolean plain) {
    List<Object> cells = new ArrayList<>(List.of(name));
    List<Double> values = new ArrayList<>();
    for (TrainingResult result : seeds) {
      values.add(value.applyAsDouble(result));
      cells.add(text(values.getLast(), plain));
    }
    if (seeds.size() > 1) {
      Mean mean = Mean.of(values);
      cells.add(text(mean.mean(), plain));
      cells.add(text(mean.half(), plain));
    }
    table.row(cells.toArray());
  }

  private static String text(double value, boolean plain) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (plain) {
      return value >= 1000 ? String.format(Locale.ROOT, "%.0f", value) : Units.digits(value);
    }
    return Units.percent(value);
  }

  void json(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("results");
    for (List<TrainingResult> row : results) {
      for (int t = 0; t < row.size(); t++) {
        TrainingResult result = row.get(t);
        json.writeStartObject();
        json.writeStringField("path", result.file().toString());
        json.writeNumberField("seed", result.seed());
        if (!temperatures.isEmpty()) {
          json.writeNumberField("temperature", temperatures.get(t));
        }
        if (taught != null && Double.isFinite(taught.closed(result))) {
          json.writeNumberField("gap_closed", taught.closed(result));
        }
        json.writeObjectFieldStart("stages");
        for (var stage : result.stages().entrySet()) {
          json.writeNumberField(stage.getKey(), stage.getValue());
        }
        json.writeEndObject();
        if (result.executed() != null) {
          json.writeNumberField("samples", result.executed().samples());
          json.writeNumberField("top1", result.executed().accuracy());
          json.writeNumberField("top1_low", interval(result).low());
          json.writeNumberField("top1_high", interval(result).high());
        }
        json.writeNumberField("file_bytes", result.fileBytes());
        json.writeNumberField("dense_fp32_bytes", result.denseBytes());
        json.writeNumberField("ratio", result.ratio());
        json.writeNumberField("dense_multiply_adds", result.denseAdds());
        json.writeNumberField("multiply_adds", result.adds());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }
}
