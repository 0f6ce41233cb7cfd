package dev.pith.kernels.conv;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.matmul.X86ProductCode;
import dev.pith.kernels.matmul.X86ProductCode.Args;
import dev.pith.kernels.matmul.X86ProductCode.End;
import dev.pith.kernels.matmul.X86ProductCode.Start;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Products of blocks of rows of weights with panels of one width. Immutable. */
final class X86ConvProducts {

  /** What sums begin with where there is no bias. */
  private static final MemorySegment ZERO = Arena.global().allocate(4, 4);

  private final int most;
  private final int width;
  private final boolean isFinishing;

  /** By {@link #index}: for whole tiles and for the rows left; {@code null} where unused. */
  private final GeneratedCall[] tiles = new GeneratedCall[4];

  private final GeneratedCall[] left = new GeneratedCall[4];

  /**
   * Products with panels of {@code vectors} vectors.
   *
   * @param rows all rows; blocks but the last are a multiple of every tile's
   * @param epilogue what is done with sums, if {@link #isFinishing}
   */
  X86ConvProducts(GeneratedCalls calls, int bits, int vectors, int rows, Epilogue epilogue) {
    this.most = X86ProductCode.mostRows(bits, vectors);
    this.width = vectors * bits / 32;
    Activation.Kind kind = epilogue.activation().kind();
    this.isFinishing = End.takes(kind);
    End end = isFinishing ? new End(false, epilogue.residual(), kind) : End.NONE;
    for (boolean begins : new boolean[] {false, true}) {
      for (boolean ends : new boolean[] {false, true}) {
        Start start = begins ? Start.ROW : Start.COLUMNS;
        int index = index(begins, ends);
        End last = ends ? end : End.NONE;
        tiles[index] = calls.of(new X86ProductCode(bits, vectors, most, start, last));
        if (rows % most != 0) {
          left[index] = calls.of(new X86ProductCode(bits, vectors, rows % most, start, last));
        }
      }
    }
  }

  private static int index(boolean begins, boolean ends) {
    return (begins ? 1 : 0) + (ends ? 2 : 0);
  }

  /** Floats of a panel's row. */
  int width() {
    return width;
  }

  /** Whether products apply residual and activation themselves. */
  boolean isFinishing() {
    return isFinishing;
  }

  /** Fills in what ends need. */
  void begin(MemorySegment args, Activation activation) {
    boolean clips = activation.kind() == Activation.Kind.CLIP;
    args.set(Elements.F32, Args.ALPHA, clips ? activation.alpha() : 0);
    args.set(Elements.F32, Args.BETA, activation.beta());
  }

  /**
   * Multiplies {@code rows} rows of weights with {@code panels} panels. Where panels and results
   * lie apart, and the length of the sums, is in {@code args} already.
   *
   * @param begins whether sums begin with the bias, otherwise with what is at {@code c}
   * @param ends whether sums are complete
   * @param bias address of the first row's bias; 0 for none
   */
  void multiply(
      MemorySegment args,
      boolean begins,
      boolean ends,
      long weights,
      long panel,
      long bias,
      long c,
      int rows,
      int panels) {
    long sixRows = args.get(Elements.I64, Args.A_SIX_ROWS);
    long row = args.get(Elements.I64, Args.C_ROW);
    long startRow = begins ? bias == 0 ? 0 : 4 : row;
    long start = begins ? bias == 0 ? ZERO.address() : bias : c;
    args.set(Elements.I64, Args.A_TILE, most / X86ConvWeights.ROWS * sixRows);
    args.set(Elements.I64, Args.START_ROW, startRow);
    args.set(Elements.I64, Args.START_PANEL, begins ? 0 : 4L * width);
    int whole = rows / most * most;
    if (whole > 0) {
      call(tiles[index(begins, ends)], args, weights, panel, start, c, whole / most, panels);
    }
    if (whole < rows) {
      long from = weights + whole / X86ConvWeights.ROWS * sixRows;
      long at = start + whole * startRow;
      call(left[index(begins, ends)], args, from, panel, at, c + whole * row, 1, panels);
    }
  }

  private static void call(
      GeneratedCall code,
      MemorySegment args,
      long weights,
      long panel,
      long start,
      long c,
      int tiles,
      int panels) {
    args.set(Elements.I64, Args.A, weights);
    args.set(Elements.I64, Args.B, panel);
    args.set(Elements.I64, Args.START, start);
    args.set(Elements.I64, Args.C, c);
    args.set(Elements.I64, Args.TILES, tiles);
    args.set(Elements.I64, Args.PANELS, panels);
    code.run(args);
  }
}
