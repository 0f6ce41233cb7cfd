package dev.pith.bench.reproduce;

import dev.pith.bench.measure.Machine;
import dev.pith.bench.reproduce.Published.Row;
import dev.pith.bench.reproduce.Published.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the README's tables again and prints published against measured, as Markdown. Exit code 1
 * where a number that does not depend on the machine is not the published one.
 */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    description = "Measures the README's tables again and shows published beside measured.",
    footer = {
      "",
      "Times depend on the machine and are never counted as wrong; sizes may differ by 3 %%,",
      "accuracies by what as many images allow. Table demo takes three minutes and needs no data.",
      "Examples:",
      "  pith reproduce --table demo",
      "  pith reproduce --data DIR --table compression --limit 500"
    })
public final class ReproduceCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with models/ and cifar10/; without it only the demo is measured.")
  private Path data;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      split = ",",
      description = "demo, compression, choices (default: all).")
  private List<String> names = List.of();

  @Option(
      names = "--row",
      paramLabel = "TEXT",
      description = "Only rows whose title contains this.")
  private String rowText = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use the first N test images only: quicker, and rougher.")
  private int limit;

  private final PrintStream out;

  /** The command, printing to {@code out}. */
  public ReproduceCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Published published = Published.load();
    for (String name : names) {
      if (published.tables().stream().noneMatch(table -> table.name().equals(name))) {
        throw new IllegalArgumentException(
            "there is no table "
                + name
                + "; there are "
                + published.tables().stream().map(Table::name).toList());
      }
    }
    out.println(Machine.describe());
    out.println();
    out.println("| table | row | column | published | measured | |");
    out.println("|---|---|---|---|---|---|");
    Path folder = Files.createTempDirectory("pith-reproduce");
    boolean same = true;
    try {
      Measured measured = new Measured(published, data, folder, limit);
      for (Table table : published.tables()) {
        for (Row row : table.rows()) {
          boolean wanted = names.isEmpty() || names.contains(table.name());
          if (wanted && row.name().contains(rowText)) {
            same &= print(measured, table, row);
          }
        }
      }
    } finally {
      delete(folder);
    }
    return same ? 0 : 1;
  }

  private boolean print(Measured measured, Table table, Row row) throws IOException {
    boolean same = true;
    for (int column = 0; column < row.cells().size(); column++) {
      String was = row.cells().get(column);
      String is = measured.cell(table, row, column);
      String verdict = is == null ? "not measured here" : verdict(was, is, measured.points(table));
      same &= is == null || !Quantity.isWrong(verdict);
      out.printf(
          "| %s | %s | %s | %s | %s | %s |%n",
          table.name(),
          row.name(),
          table.columns().get(column),
          was,
          is == null ? "" : is,
          verdict);
      out.flush();
    }
    return same;
  }

  /** {@code same}, or the first thing that is not. */
  static String verdict(String was, String is, double points) {
    List<Quantity> published = Quantity.in(was);
    List<Quantity> measured = Quantity.in(is);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < Math.min(published.size(), measured.size()); i++) {
      words.add(published.get(i).compare(measured.get(i), points));
    }
    if (measured.isEmpty()) {
      return "not comparable";
    }
    return words.stream()
        .filter(Quantity::isWrong)
        .findFirst()
        .or(() -> words.stream().filter(word -> !word.isEmpty()).findFirst())
        .orElse("same");
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
