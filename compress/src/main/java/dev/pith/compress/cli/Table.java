package dev.pith.compress.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Rows of text in columns. Columns of numbers are set to the right. Where a table is wider than the
 * terminal, the widest text columns are cut and end in an ellipsis.
 */
final class Table {

  private static final String GAP = "  ";
  private static final int NARROWEST = 8;
  private static final Pattern NUMBER =
      Pattern.compile("-|[-+]?[0-9][0-9.,]*( ?(%|B|KB|MB|GB|TB|us|ms|s|x|points))?");

  private final List<String> titles;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... titles) {
    this.titles = List.of(titles);
  }

  /** Adds a row; as many cells as titles. */
  Table row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    if (row.size() != titles.size()) {
      throw new IllegalArgumentException(row.size() + " cells for the columns " + titles);
    }
    rows.add(row);
    return this;
  }

  /** Prints the table at most {@code columns} wide; 0 for any width. */
  void print(PrintWriter out, int columns) {
    int count = titles.size();
    int[] widths = new int[count];
    boolean[] numbers = new boolean[count];
    int total = GAP.length() * (count - 1);
    for (int c = 0; c < count; c++) {
      int column = c;
      widths[c] =
          Math.max(
              titles.get(c).length(),
              rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
      numbers[c] = rows.stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
      total += widths[c];
    }
    while (columns > 0 && total > columns) {
      int widest = -1;
      for (int c = 0; c < count; c++) {
        if (!numbers[c] && widths[c] > NARROWEST && (widest < 0 || widths[c] > widths[widest])) {
          widest = c;
        }
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
      total--;
    }
    print(out, titles, widths, numbers);
    rows.forEach(row -> print(out, row, widths, numbers));
  }

  private static void print(PrintWriter out, List<String> cells, int[] widths, boolean[] numbers) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = cells.get(c);
      if (cell.length() > widths[c]) {
        cell = cell.substring(0, widths[c] - 1) + "…";
      }
      String space = " ".repeat(widths[c] - cell.length());
      line.append(c > 0 ? GAP : "").append(numbers[c] ? space + cell : cell + space);
    }
    out.println(line.toString().stripTrailing());
  }
}
