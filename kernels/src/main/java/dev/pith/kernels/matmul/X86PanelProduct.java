package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.matmul.X86ProductCode.End;
import dev.pith.kernels.matmul.X86ProductCode.Start;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * Products of a block of rows of A with one panel of columns of B by generated code ({@link
 * X86ProductCode}), finished (residual, activation) while they are in the cache. Columns that lie
 * along k (weights, transposed factors) are turned into a panel first, a chunk of k at a time,
 * which costs about as much as multiplying it with three rows; other panels are read where they
 * are, or copied where many rows use them. Immutable; the panel is in scratch.
 *
 * <p>The last panel may be narrower: its results are staged, and exactly its columns are stored.
 */
final class X86PanelProduct {

  /** Longest chunk of k: a panel of 24 KiB and a tile of rows fit the first cache. */
  private static final int CHUNK = 384;

  /** Rows from which on a panel is copied, so that its lines do not fall on the same sets. */
  private static final int COPIED_FROM = 48;

  /** Where the operands of one product lie: addresses, distances in bytes, 0 where absent. */
  record Operands(
      long a, long aRow, long aStep, long b, long bias, long residual, long c, int rows) {}

  private static final int TURN_AT = X86ProductCode.Args.BYTES;
  private static final int FINISH_AT = TURN_AT + X86TransposeCode.Args.BYTES;
  private static final int PIECE_AT = FINISH_AT + X86RowsCode.Args.BYTES;
  private static final int START_AT = PIECE_AT + 64;

  private final int width;
  private final int most;
  private final long n;
  private final long k;
  private final boolean isTurned;
  private final float alpha;
  private final Epilogue epilogue;
  private final int blockRows;
  private final int chunk;

  /** For whole tiles and for the rows left, each without and with a factor. */
  private final GeneratedCall[] products = new GeneratedCall[4];

  /** Sums of single rows; {@code null} where there are none. */
  private final GeneratedCall row;

  private final GeneratedCall turn;
  private final GeneratedCall copy;
  private final GeneratedCall finish;

  /**
   * Products of the given extents.
   *
   * @param bits width of vectors: 256 or 512
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k length of the sums
   * @param isTurned whether B is stored as N, K
   * @param alpha factor of the sums
   * @param epilogue what is done with results
   * @param blockRows rows of all blocks but the last, a multiple of a tile's rows
   */
  X86PanelProduct(
      GeneratedCalls calls,
      int bits,
      long m,
      long n,
      long k,
      boolean isTurned,
      float alpha,
      Epilogue epilogue,
      int blockRows) {
    this.width = X86ProductCode.width(bits);
    this.most = X86ProductCode.mostRows(bits);
    this.n = n;
    this.k = k;
    this.isTurned = isTurned;
    this.alpha = alpha;
    this.epilogue = epilogue;
    this.blockRows = (int) Math.min(m, blockRows);
    long chunks = Math.max(1, (k + CHUNK - 1) / CHUNK);
    this.chunk = Math.toIntExact((k + chunks - 1) / chunks);
    int rest = (int) (m % most);
    for (int scaled = 0; scaled <= (alpha == 1 ? 0 : 1); scaled++) {
      End end = new End(scaled == 1, false, Activation.Kind.NONE);
      products[scaled] = calls.of(new X86ProductCode(bits, 2, most, Start.COLUMNS, end));
      products[2 + scaled] =
          rest == 0 ? null : calls.of(new X86ProductCode(bits, 2, rest, Start.COLUMNS, end));
    }
    boolean single = m == 1 && isTurned && alpha == 1 && k >= 8 && width == X86RowCode.FEATURES;
    this.row = single ? calls.of(new X86RowCode()) : null;
    this.turn = calls.of(new X86TransposeCode());
    this.copy = calls.of(new X86RowsCode(false, Activation.Kind.NONE));
    this.finish = calls.of(new X86RowsCode(epilogue.residual(), epilogue.activation().kind()));
  }

  /** Columns of a panel. */
  int width() {
    return width;
  }

  private long stagingAt() {
    return START_AT + 4L * width;
  }

  private long panelAt() {
    return stagingAt() + 4L * width * blockRows;
  }

  long scratchBytes() {
    // A panel of few k needs a whole block, and one to turn it from.
    return panelAt() + 4L * width * Math.max(chunk, 2 * X86TransposeCode.BLOCK) + 63 & -64;
  }

  /** Fills in what stays the same between products. */
  void begin(MemorySegment scratch) {
    X86RowsCode.begin(scratch.asSlice(FINISH_AT, X86RowsCode.Args.BYTES), epilogue.activation());
    scratch.set(Elements.F32, X86ProductCode.Args.ALPHA, alpha);
    scratch.set(Elements.I64, X86ProductCode.Args.PANELS, 1);
  }

  /** Multiplies and finishes the panel that begins with {@code column}. */
  void run(MemorySegment s, Operands o, long column) {
    int valid = (int) Math.min(width, n - column);
    boolean staged = valid < width;
    long c = staged ? s.address() + stagingAt() : o.c() + 4 * column;
    long cRow = 4 * (staged ? width : n);
    long start = start(s, o.bias(), column, valid);
    s.set(Elements.I64, X86ProductCode.Args.A_ROW, o.aRow());
    s.set(Elements.I64, X86ProductCode.Args.A_K, o.aStep());
    s.set(Elements.I64, X86ProductCode.Args.A_TILE, most * o.aRow());
    s.set(Elements.I64, X86ProductCode.Args.A_SIX_ROWS, 6 * o.aRow());
    s.set(Elements.I64, X86ProductCode.Args.C_ROW, cRow);
    long from = row != null && !staged ? row(s, o, column, start, c) : 0;
    while (from < k || from == 0) {
      int part = (int) Math.min(chunk, k - from);
      panel(s, o, column, valid, from, part);
      s.set(Elements.I64, X86ProductCode.Args.K, part);
      boolean last = from + part == k;
      long a = o.a() + from * o.aStep();
      multiply(s, o, a, from == 0 ? start : 0, c, last && alpha != 1 ? 1 : 0);
      from += Math.max(part, 1);
    }
    if (staged || epilogue.residual() || epilogue.activation().kind() != Activation.Kind.NONE) {
      finish(s, o, column, valid, c, cRow);
    }
  }

  /** Sums of a single row up to the last multiple of eight; returns that number. */
  private long row(MemorySegment s, Operands o, long column, long start, long c) {
    MemorySegment own = s.asSlice(TURN_AT, X86RowCode.Args.BYTES);
    own.set(Elements.I64, X86RowCode.Args.X, o.a());
    own.set(Elements.I64, X86RowCode.Args.WEIGHT, o.b() + 4 * column * k);
    own.set(Elements.I64, X86RowCode.Args.ROW, 4 * k);
    own.set(Elements.I64, X86RowCode.Args.BLOCKS, k / 8);
    own.set(Elements.I64, X86RowCode.Args.START, start);
    own.set(Elements.I64, X86RowCode.Args.C, c);
    row.run(own);
    return k / 8 * 8;
  }

  /** Where the sums of a row begin: the bias, with zeros behind it. */
  private long start(MemorySegment s, long bias, long column, int valid) {
    if (bias != 0 && valid == width) {
      return bias + 4 * column;
    }
    s.asSlice(START_AT, 4L * width).fill((byte) 0);
    if (bias != 0) {
      copy(s, bias + 4 * column, 0, s.address() + START_AT, 0, 1, valid);
    }
    return s.address() + START_AT;
  }

  private void multiply(MemorySegment s, Operands o, long a, long start, long c, int scaled) {
    long cRow = s.get(Elements.I64, X86ProductCode.Args.C_ROW);
    s.set(Elements.I64, X86ProductCode.Args.A, a);
    s.set(Elements.I64, X86ProductCode.Args.C, c);
    s.set(Elements.I64, X86ProductCode.Args.START, start == 0 ? c : start);
    s.set(Elements.I64, X86ProductCode.Args.START_ROW, start == 0 ? cRow : 0);
    int tiles = o.rows() / most;
    if (tiles > 0) {
      s.set(Elements.I64, X86ProductCode.Args.TILES, tiles);
      products[scaled].run(s);
    }
    if (o.rows() % most != 0) {
      long done = (long) tiles * most;
      s.set(Elements.I64, X86ProductCode.Args.A, a + done * o.aRow());
      s.set(Elements.I64, X86ProductCode.Args.C, c + done * cRow);
      s.set(Elements.I64, X86ProductCode.Args.START, start == 0 ? c + done * cRow : start);
      s.set(Elements.I64, X86ProductCode.Args.TILES, 1);
      products[2 + scaled].run(s);
    }
  }

  private void panel(MemorySegment s, Operands o, long column, int valid, long from, int part) {
    long to = s.address() + panelAt();
    long step = 4L * width;
    if (isTurned && part > 0) {
      turn(s, o.b() + 4 * (column * k + from), valid, part);
    } else if (!isTurned && valid == width && o.rows() < COPIED_FROM) {
      to = o.b() + 4 * (from * n + column);
      step = 4 * n;
    } else if (!isTurned) {
      copy(s, o.b() + 4 * (from * n + column), 4 * n, to, step, part, valid);
    }
    s.set(Elements.I64, X86ProductCode.Args.B, to);
    s.set(Elements.I64, X86ProductCode.Args.B_K, step);
  }

  /** Turns {@code valid} rows of {@code part} elements, the first at {@code b}, into the panel. */
  private void turn(MemorySegment s, long b, int valid, int part) {
    long first = b;
    long row = 4 * k;
    if (part < X86TransposeCode.BLOCK) {
      first = s.address() + panelAt() + 4L * width * X86TransposeCode.BLOCK;
      row = 4L * X86TransposeCode.BLOCK;
      copy(s, b, 4 * k, first, row, valid, part);
    }
    MemorySegment own = s.asSlice(TURN_AT, X86TransposeCode.Args.BYTES);
    for (int column = 0; column < valid; column += X86TransposeCode.BLOCK) {
      for (int r = 0; r < X86TransposeCode.BLOCK; r++) {
        // Columns that are not there repeat the last; their results are not stored.
        long at = first + Math.min(column + r, valid - 1) * row;
        own.set(Elements.I64, X86TransposeCode.Args.ROWS + 8L * r, at);
      }
      long to = s.address() + panelAt() + 4L * column;
      X86TransposeCode.target(own, to, 4L * width, Math.max(part, X86TransposeCode.BLOCK));
      turn.run(own);
    }
  }

  private void copy(
      MemorySegment s, long from, long fromRow, long to, long toRow, long rows, int floats) {
    if (rows > 0 && floats > 0) {
      MemorySegment own = s.asSlice(FINISH_AT, X86RowsCode.Args.BYTES);
      X86RowsCode.place(own, s.asSlice(PIECE_AT, 12), floats);
      X86RowsCode.rows(own, from, fromRow, to, toRow, rows);
      copy.run(own);
    }
  }

  private void finish(MemorySegment s, Operands o, long column, int valid, long c, long cRow) {
    MemorySegment own = s.asSlice(FINISH_AT, X86RowsCode.Args.BYTES);
    X86RowsCode.place(own, s.asSlice(PIECE_AT, 12), valid);
    own.set(Elements.I64, X86RowsCode.Args.RESIDUAL_DISTANCE, o.residual() - o.c());
    X86RowsCode.rows(own, c, cRow, o.c() + 4 * column, 4 * n, o.rows());
    finish.run(own);
  }
}
