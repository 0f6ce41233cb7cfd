package dev.pith.kernels.quads;

import static dev.pith.kernels.quads.QuadGrid.CELL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.X86QuadRegroupCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.TreeSet;

/**
 * What the windows of a convolution see, as offsets: for output pixel (y, x) tap t of a quad reads
 * the cell at {@code y · rowStep + x + offset(t)}. Without strides along a row that is the input
 * itself, since its border is the padding; else, and where activations are wanted as 16-bit
 * integers, planes are regrouped first: each row becomes one row for every remainder of columns by
 * the stride. Immutable.
 */
final class X86QuadWindows {

  private final QuadGrid grid;
  private final boolean wide;
  private final int zero;
  private final int[] dy;
  private final int[] dx;
  private final int stride;
  private final int phases;
  private final int firstColumn;

  /** Cells of a phase of a row. */
  private final int phaseCells;

  private final int rowCells;
  private final int rowStep;
  private final int strideY;
  private final int height;
  private final long planeBytes;
  private final MemorySegment rows;
  private final GeneratedCall code;

  /**
   * @param grid the input, with a border that holds the padding
   * @param wide whether activations are wanted as 16-bit integers less {@code zero}
   */
  X86QuadWindows(GeneratedCalls calls, ConvGeometry g, QuadGrid grid, boolean wide, int zero) {
    this.grid = grid;
    this.wide = wide;
    this.zero = zero;
    this.stride = Math.toIntExact(g.strides().get(1));
    this.strideY = Math.toIntExact(g.strides().get(0));
    this.height = Math.toIntExact(g.output(0));
    int border = grid.border();
    this.dy = reach(g, 0, border);
    this.dx = reach(g, 1, border);
    TreeSet<Integer> columns = new TreeSet<>();
    for (int d : dx) {
      columns.add(d);
    }
    boolean split = stride > 1;
    this.firstColumn = split ? columns.first() : 0;
    this.phases =
        split && columns.stream().anyMatch(d -> (d - firstColumn) % stride != 0) ? stride : 1;
    int last = (Math.toIntExact(g.output(1)) - 1) * stride + columns.last() - firstColumn;
    this.phaseCells = split ? last / stride + 1 + 7 & -8 : grid.pitch();
    this.rowCells = split ? phases * phaseCells : grid.pitch();
    this.rowStep = strideY * rowCells;
    long cells = (long) grid.rows() * rowCells + (split ? 0 : border) + 7 & -8;
    this.planeBytes = isDirect() ? grid.planeBytes() : cells * cellBytes() + 63 & -64 | 64;
    this.rows = isDirect() ? null : rows();
    this.code =
        isDirect() || stride > 2
            ? null
            : calls.of(new X86QuadRegroupCode(wide, stride, phases == 2));
  }

  /** Cells from the border's corner to what each tap reads, for output 0. */
  private static int[] reach(ConvGeometry g, int axis, int border) {
    int[] reach = new int[Math.toIntExact(g.kernel().get(axis))];
    for (int k = 0; k < reach.length; k++) {
      reach[k] = Math.toIntExact(k * g.dilations().get(axis) - g.padsBegin().get(axis)) + border;
    }
    return reach;
  }

  /** For each row that is copied I32 byte offsets from the plane and in the regrouped plane. */
  private MemorySegment rows() {
    if (stride == 1) {
      MemorySegment whole = Arena.ofAuto().allocate(8, 8);
      whole.set(Elements.I32, 0, -grid.border() * CELL);
      return whole;
    }
    TreeSet<Integer> seen = new TreeSet<>();
    for (int y = 0; y < height; y++) {
      for (int d : dy) {
        seen.add(y * strideY + d);
      }
    }
    MemorySegment table = Arena.ofAuto().allocate(8L * seen.size(), 8);
    long at = 0;
    for (int row : seen) {
      int source = row * grid.pitch() - grid.border() + firstColumn;
      table.set(Elements.I32, at, source * CELL);
      table.set(Elements.I32, at + 4, row * rowCells * cellBytes());
      at += 8;
    }
    return table;
  }

  /** Whether the input is read as it is. */
  boolean isDirect() {
    return !wide && stride == 1;
  }

  /** Bytes of a cell. */
  int cellBytes() {
    return wide ? 2 * CELL : CELL;
  }

  /** Cells from what one row of outputs reads to what the next one reads. */
  int rowStep() {
    return rowStep;
  }

  /** Bytes of one quad that {@code pixels} neighbouring outputs read. */
  long seen(int pixels) {
    int columns = (dx[dx.length - 1] - dx[0]) / stride;
    return (long) dy.length * Math.min(dx.length, stride) * (pixels + columns) * cellBytes();
  }

  /** Bytes of workspace; 0 where the input is read as it is. */
  long bytes() {
    return isDirect() ? 0 : grid.planes() * planeBytes + 2 * QuadGrid.TAIL + 63 & -64;
  }

  /** Byte offset, from what output pixel (0, 0) of an image sees first. */
  long offset(int tap, int quad) {
    int column = dx[tap % dx.length] - firstColumn;
    long cell = (long) dy[tap / dx.length] * rowCells + column / stride;
    return quad * planeBytes + (cell + (long) column % stride * phaseCells) * cellBytes();
  }

  /** The address that offsets of an image count from. */
  long address(MemorySegment input, MemorySegment workspace, long image) {
    long plane = image * grid.quads();
    return isDirect()
        ? input.address() + grid.plane(plane) - (long) grid.border() * CELL
        : workspace.address() + plane * planeBytes;
  }

  /** Bytes of scratch that {@link #build} needs. */
  static long scratchBytes() {
    return Args.BYTES;
  }

  /** Planes to build. */
  long planes() {
    return grid.planes();
  }

  /** Builds regrouped planes {@code from} to {@code to}. */
  void build(MemorySegment x, MemorySegment workspace, MemorySegment scratch, long from, long to) {
    for (int i = 0; i < 16; i++) {
      scratch.set(Elements.I16, Args.ZERO + 2L * i, (short) zero);
    }
    for (long plane = from; plane < Math.min(to, planes()); plane++) {
      if (code == null) {
        copySlowly(x, workspace, plane);
        continue;
      }
      int cells = stride == 1 ? grid.rows() * grid.pitch() + grid.border() : phaseCells;
      scratch.set(Elements.I64, Args.SOURCE, x.address() + grid.plane(plane));
      scratch.set(Elements.I64, Args.TARGET, workspace.address() + plane * planeBytes);
      scratch.set(Elements.I64, Args.ROWS, rows.address());
      scratch.set(Elements.I64, Args.COUNT, rows.byteSize() / 8);
      scratch.set(Elements.I64, Args.STEPS, (cells + 7) / X86QuadRegroupCode.STEP);
      scratch.set(Elements.I64, Args.ODD, (long) phaseCells * cellBytes());
      code.run(scratch);
    }
  }

  private void copySlowly(MemorySegment x, MemorySegment workspace, long plane) {
    for (long row = 0; row < rows.byteSize(); row += 8) {
      long source = grid.plane(plane) + rows.get(Elements.I32, row);
      long target = plane * planeBytes + rows.get(Elements.I32, row + 4);
      for (int phase = 0; phase < phases; phase++) {
        for (int i = 0; i < phaseCells; i++) {
          long from = source + ((long) i * stride + phase) * CELL;
          long to = target + ((long) phase * phaseCells + i) * cellBytes();
          if (from + CELL <= x.byteSize()) {
            copyCell(x, from, workspace, to);
          }
        }
      }
    }
  }

  private void copyCell(MemorySegment x, long from, MemorySegment workspace, long to) {
    if (!wide) {
      workspace.set(Elements.I32, to, x.get(Elements.I32, from));
      return;
    }
    for (int c = 0; c < CELL; c++) {
      int value = x.get(JAVA_BYTE, from + c) & 255;
      workspace.set(Elements.I16, to + 2L * c, (short) (value - zero));
    }
  }
}
