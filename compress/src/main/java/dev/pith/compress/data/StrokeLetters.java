package dev.pith.compress.data;

import java.awt.geom.Path2D;
import java.util.Map;

/**
 * Digits and capital letters as lines on a grid 4 wide and 6 high, row 0 at the top. A point is two
 * digits, column and row; lines are apart by a semicolon.
 */
final class StrokeLetters {

  private static final Map<Character, String> LINES =
      Map.ofEntries(
          Map.entry('0', "10 30 41 45 36 16 05 01 10"),
          Map.entry('1', "02 20 26;06 46"),
          Map.entry('2', "01 10 30 41 42 06 46"),
          Map.entry('3', "01 10 30 41 42 33 13;33 44 45 36 16 05"),
          Map.entry('4', "36 30 04 44"),
          Map.entry('5', "40 00 03 33 44 45 36 06"),
          Map.entry('6', "41 30 10 01 05 16 36 45 44 33 13 04"),
          Map.entry('7', "00 40 16"),
          Map.entry('8', "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33"),
          Map.entry('9', "42 33 13 02 01 10 30 41 45 36 16 05"),
          Map.entry('A', "06 20 46;14 34"),
          Map.entry('B', "00 06 36 45 44 33 03;33 42 41 30 00"),
          Map.entry('C', "41 30 10 01 05 16 36 45"),
          Map.entry('D', "00 06 26 44 42 20 00"),
          Map.entry('E', "40 00 06 46;03 33"),
          Map.entry('F', "40 00 06;03 33"),
          Map.entry('G', "41 30 10 01 05 16 36 45 43 23"),
          Map.entry('H', "00 06;40 46;03 43"),
          Map.entry('J', "20 40;30 35 26 16 05"),
          Map.entry('K', "00 06;40 03 46"),
          Map.entry('L', "00 06 46"),
          Map.entry('M', "06 00 23 40 46"),
          Map.entry('N', "06 00 46 40"),
          Map.entry('P', "06 00 30 41 42 33 03"),
          Map.entry('Q', "10 30 41 45 36 16 05 01 10;24 46"),
          Map.entry('R', "06 00 30 41 42 33 03;23 46"),
          Map.entry('S', "41 30 10 01 02 13 33 44 45 36 16 05"),
          Map.entry('T', "00 40;20 26"),
          Map.entry('U', "00 05 16 36 45 40"),
          Map.entry('V', "00 26 40"),
          Map.entry('W', "00 16 22 36 40"),
          Map.entry('X', "00 46;40 06"),
          Map.entry('Y', "00 23 40;23 26"),
          Map.entry('Z', "00 40 06 46"));

  private StrokeLetters() {}

  /**
   * The lines of a character.
   *
   * @throws IllegalArgumentException if the table does not have it
   */
  static Path2D path(char character) {
    if (!LINES.containsKey(character)) {
      throw new IllegalArgumentException("there are no lines for the character " + character);
    }
    Path2D path = new Path2D.Double();
    for (String line : LINES.get(character).split(";", -1)) {
      boolean first = true;
      for (String point : line.split(" ", -1)) {
        int x = point.charAt(0) - '0';
        int y = point.charAt(1) - '0';
        if (first) {
          path.moveTo(x, y);
        } else {
          path.lineTo(x, y);
        }
        first = false;
      }
    }
    return path;
  }
}
