package dev.pith.kernels.quads;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The pixels of an image as units: runs of cells that are read and written together. Where input
 * and output have the same pitch and every pixel reads at its own place, units run over the ends of
 * rows, else each begins in a row; the fewest win. A table has for each unit I32 byte offsets to
 * read from and write to, and the byte offset of its mask, −1 where all of it is stored.
 *
 * @param table all units
 * @param masks I32 lanes, −1 where cells are stored
 * @param count units
 */
record QuadUnits(MemorySegment table, MemorySegment masks, int count) {

  /** Bytes of an entry of the table. */
  static final int BYTES = 16;

  /** Byte offset of the place to write in an entry. */
  static final int OUT = 4;

  /** Byte offset of the mask's place in an entry. */
  static final int MASK = 8;

  /**
   * How pixels are addressed: output pixel (y, x) reads at {@code y · rowStep + x · columnStep}.
   *
   * @param height rows of the output
   * @param width pixels of a row
   * @param rowStep cells of the input from one row of the output to the next
   * @param columnStep cells of the input from one pixel of the output to the next
   * @param inputBytes bytes of a cell of the input
   * @param pitch cells from one row of the output to the next
   */
  record Space(int height, int width, int rowStep, int columnStep, int inputBytes, int pitch) {}

  private record Unit(int y, int x, int cells) {}

  /**
   * The units of an image.
   *
   * @param cells cells of a unit
   */
  static QuadUnits of(Space s, int cells) {
    int run = (s.height() - 1) * s.pitch() + s.width();
    int inRuns = (run + cells - 1) / cells;
    int inRows = s.height() * ((s.width() + cells - 1) / cells);
    List<Unit> all = new ArrayList<>();
    if (s.rowStep() == s.pitch() && s.columnStep() == 1 && inRuns < inRows) {
      for (int at = 0; at < run; at += cells) {
        all.add(new Unit(at / s.pitch(), at % s.pitch(), Math.min(cells, run - at)));
      }
    } else {
      for (int y = 0; y < s.height(); y++) {
        for (int x = 0; x < s.width(); x += cells) {
          all.add(new Unit(y, x, Math.min(cells, s.width() - x)));
        }
      }
    }
    Arena arena = Arena.ofAuto();
    MemorySegment table = arena.allocate((long) all.size() * BYTES, 64);
    List<Long> masks = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Unit unit = all.get(i);
      long at = (long) i * BYTES;
      int from = unit.y() * s.rowStep() + unit.x() * s.columnStep();
      table.set(Elements.I32, at, from * s.inputBytes());
      table.set(Elements.I32, at + OUT, (unit.y() * s.pitch() + unit.x()) * QuadGrid.CELL);
      table.set(Elements.I32, at + MASK, mask(s, unit, cells, masks));
    }
    MemorySegment lanes = arena.allocate(4L * Math.max(1, masks.size() * cells), 64);
    for (int i = 0; i < masks.size() * cells; i++) {
      lanes.set(Elements.I32, 4L * i, (int) -(masks.get(i / cells) >> i % cells & 1));
    }
    return new QuadUnits(table, lanes, all.size());
  }

  /**
   * Byte offset of the unit's mask, appended where no other unit has the same; −1 for all cells.
   *
   * @param masks a bit for each cell of a unit
   */
  private static int mask(Space s, Unit unit, int cells, List<Long> masks) {
    long bits = 0;
    int column = unit.x();
    for (int i = 0; i < unit.cells(); i++) {
      bits |= column < s.width() ? 1L << i : 0;
      column = column + 1 == s.pitch() ? 0 : column + 1;
    }
    if (bits == -1L >>> 64 - cells) {
      return -1;
    }
    int known = masks.indexOf(bits);
    if (known < 0) {
      known = masks.size();
      masks.add(bits);
    }
    return 4 * cells * known;
  }
}
