package dev.pith.bench.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.bench.reproduce.Published.Row;
import dev.pith.bench.reproduce.Published.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedTest {

  /** The README states what {@code published.json} holds, and has no other rows in these tables. */
  @Test
  void theReadmeHasThePublishedNumbers() throws IOException {
    String root = System.getProperty("pith.root", "");
    assumeTrue(!root.isEmpty(), "pith.root is not set");
    List<String> lines = Files.readAllLines(Path.of(root, "README.md"));
    for (Table table : Published.load().tables()) {
      int line = lines.indexOf("| | " + String.join(" | ", table.columns()) + " |");
      assertTrue(line >= 0, "the README has no table with the columns " + table.columns());
      List<String> published = new ArrayList<>();
      for (Row row : table.rows()) {
        assertEquals(table.columns().size(), row.cells().size(), row.name());
        published.add("| " + row.name() + " | " + String.join(" | ", row.cells()) + " |");
      }
      List<String> stated = new ArrayList<>();
      for (int i = line + 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
        stated.add(lines.get(i));
      }
      assertEquals(published, stated, "README.md against published.json, table " + table.name());
    }
  }

  @Test
  void quantitiesOfACell() {
    assertEquals(
        List.of(new Quantity(102_000, "B"), new Quantity(4.4, "×"), new Quantity(68.1, "%")),
        Quantity.in("102 KB, 4.4×, 68.1 %"));
    assertEquals(
        List.of(new Quantity(75_200, "B"), new Quantity(11.6, "×")),
        Quantity.in("75.2 KB (11.6 times smaller)"));
    assertEquals(
        List.of(new Quantity(69.7, ""), new Quantity(70.5, "")), Quantity.in("69.7 → 70.5"));
    assertEquals(List.of(new Quantity(753, "ms")), Quantity.in("753 ms"));
    assertEquals(List.of(new Quantity(1500, "ms")), Quantity.in("1.5 s"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "102 KB, 4.4×, 68.1 % | 103 KB, 4.4×, 67.0 % | same",
        "102 KB, 4.4×, 68.1 % | 120 KB, 4.4×, 68.1 % | differs by +17.6 %",
        "102 KB, 4.4×, 68.1 % | 102 KB, 4.4×, 64.1 % | differs by -4.00 points",
        "0.222 ms             | 0.111 ms             | 2.00× faster here",
        "0.222 ms             | 0.444 ms             | 2.00× slower here",
        "53.4 → 60.6          | 53.0 → 50.6          | differs by -10.00 points",
        "102 KB               | 68.1 %               | not comparable",
      })
  void publishedAgainstMeasured(String was, String is, String verdict) {
    assertEquals(verdict, ReproduceCommand.verdict(was, is, 1.5));
    assertEquals(
        verdict.startsWith("differs") || verdict.startsWith("not"), Quantity.isWrong(verdict));
  }

  @Test
  void timesAreNeverWrong() {
    assertFalse(Quantity.isWrong(ReproduceCommand.verdict("1 ms", "900 ms", 1)));
  }
}
