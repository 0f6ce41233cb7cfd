package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  private static List<String> print(int columns) {
    Table table = new Table("NAME", "BYTES", "KIND");
    table.row("a/very/long/path/to/some/model.pith", "12.3 KB", "dense");
    table.row("b", "987 B", "block2x4");
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    table.print(out, columns);
    return text.toString().lines().toList();
  }

  @Test
  void numbersAreSetToTheRight() {
    assertEquals("NAME                                   BYTES  KIND", print(0).get(0));
    assertEquals("a/very/long/path/to/some/model.pith  12.3 KB  dense", print(0).get(1));
    assertEquals("b                                      987 B  block2x4", print(0).get(2));
  }

  @Test
  void longTextIsCutToFit() {
    List<String> lines = print(40);
    assertTrue(lines.stream().allMatch(line -> line.length() <= 40), lines.toString());
    assertTrue(lines.get(1).contains("…") && lines.get(1).contains("12.3 KB"), lines.toString());
  }

  @Test
  void unitsHaveThreeDigits() {
    assertEquals("0 B", Units.bytes(0));
    assertEquals("999 B", Units.bytes(999));
    assertEquals("1.00 KB", Units.bytes(1000));
    assertEquals("100 KB", Units.bytes(99_960));
    assertEquals("1.00 MB", Units.bytes(999_600));
    assertEquals("2.48 MB", Units.bytes(2_484_091));
    assertEquals("-", Units.bytes(-1));
    assertEquals("0.123", Units.digits(0.1234));
    assertEquals("12.3", Units.digits(12.34));
    assertEquals("97.31 %", Units.percent(0.97314));
  }
}
