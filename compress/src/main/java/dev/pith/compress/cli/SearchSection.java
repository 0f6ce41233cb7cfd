package dev.pith.compress.cli;

import dev.pith.compress.report.HtmlPage;
import dev.pith.compress.report.TradeOffChart;
import dev.pith.compress.search.Choice;
import dev.pith.compress.search.CompressionSearch;
import dev.pith.compress.search.SearchPoint;
import dev.pith.compress.search.SearchPoint.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a search tried, as a part of a page and as a table.
 *
 * @param search what it tried
 * @param objective what it made small
 */
record SearchSection(CompressionSearch.Result search, Objective objective) {

  /** Everything tried that no other try beats in the objective, cheapest first. */
  Table front() {
    Table table = new Table("TRIED", "ACCURACY", "FILE", "P50 MS", "LAYERS");
    search.points().stream()
        .filter(p -> !p.isDominated(search.points(), objective))
        .sorted((a, b) -> Double.compare(objective.of(a), objective.of(b)))
        .forEach(
            p ->
                table.row(
                    p.candidate().name() + (p.equals(search.best()) ? " (kept)" : ""),
                    Units.percent(p.accuracy()),
                    Units.bytes(p.bytes()),
                    Units.digits(p.millis()),
                    p.candidate().summary()));
    return table;
  }

  void add(HtmlPage page) {
    page.heading("What the search tried");
    page.paragraph(
        search.points().size()
            + " compressions were made and measured; lines join those that no other beats. Rest the"
            + " pointer on a point for its numbers.");
    page.charts(
        List.of(
            chart("Accuracy against size of the file", Objective.BYTES),
            chart("Accuracy against median latency", Objective.LATENCY)));
    List<List<String>> rows = new ArrayList<>();
    for (SearchPoint point : search.points()) {
      rows.add(
          List.of(
              point.candidate().name() + (point.equals(search.best()) ? " (kept)" : ""),
              Units.percent(point.accuracy()),
              Units.bytes(point.bytes()),
              Units.digits(point.millis()),
              point.candidate().summary()));
    }
    page.table(List.of("Tried", "Accuracy", "File", "p50, ms", "Layers"), rows, Set.of(4));
    page.heading("How sensitive layers are");
    page.paragraph(
        "How far the outputs move, relative to their size, when one layer alone is changed; and"
            + " what the kept compression does to it.");
    List<String> titles = new ArrayList<>(List.of("Layer"));
    Choice.ALL.stream().skip(1).forEach(choice -> titles.add(choice.text()));
    titles.add("Kept");
    page.table(titles, search.errors().entrySet().stream().map(this::sensitivity).toList());
  }

  private List<String> sensitivity(Map.Entry<String, Map<Choice, Double>> layer) {
    List<String> row = new ArrayList<>(List.of(layer.getKey()));
    for (Choice choice : Choice.ALL.subList(1, Choice.ALL.size())) {
      Double error = layer.getValue().get(choice);
      row.add(error == null ? "-" : Units.percent(Math.sqrt(error)));
    }
    row.add(search.best().candidate().choices().get(layer.getKey()).text());
    return row;
  }

  private TradeOffChart chart(String title, Objective cost) {
    return new TradeOffChart(
        title,
        search.points().stream()
            .map(
                p ->
                    new TradeOffChart.Point(
                        cost.of(p),
                        cost == Objective.BYTES
                            ? Units.bytes(p.bytes())
                            : Units.digits(1000 * p.millis()) + " µs",
                        p.accuracy(),
                        p.candidate().name(),
                        !p.isDominated(search.points(), cost),
                        p.equals(search.best())))
            .toList());
  }
}
