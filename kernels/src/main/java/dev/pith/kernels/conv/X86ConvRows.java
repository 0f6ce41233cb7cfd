package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.matmul.X86RowsCode;
import dev.pith.kernels.matmul.X86RowsCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Finishes the sums of a span of positions: those that have a meaning are taken out, residual and
 * activation are applied, results go where the output has them. Immutable.
 */
final class X86ConvRows {

  private final GeneratedCall call;
  private final Epilogue epilogue;
  private final ConvPlanes planes;
  private final int span;
  private final int tile;

  /** Pieces of all spans, and where those of each span begin. */
  private final MemorySegment pieces;

  private final int[] first;

  X86ConvRows(GeneratedCalls calls, Epilogue epilogue, ConvPlanes planes, int span, int tile) {
    this.epilogue = epilogue;
    this.planes = planes;
    this.span = span;
    this.tile = tile;
    this.call = calls.of(new X86RowsCode(epilogue.residual(), epilogue.activation().kind()));
    int spans = (planes.positions() + span - 1) / span;
    this.first = new int[spans + 1];
    this.pieces = Arena.ofAuto().allocate(12L * (planes.runs() + spans), 8);
    int piece = 0;
    for (int part = 0; part < spans; part++) {
      first[part] = piece;
      piece = place(part * span, Math.min(planes.positions(), (part + 1) * span), piece);
    }
    first[spans] = piece;
  }

  private int place(int from, int to, int piece) {
    int length = planes.runLength();
    int next = piece;
    for (int run = planes.firstRun(from); run < planes.runs(); run++) {
      int a = Math.max(from, planes.runStart(run));
      int b = Math.min(to, planes.runStart(run) + length);
      if (a >= b) {
        break;
      }
      pieces.set(Elements.I32, 12L * next, 4 * (a - from));
      int out = run * length + a - planes.runStart(run);
      pieces.set(Elements.I32, 12L * next + 4, 4 * out);
      pieces.set(Elements.I32, 12L * next + 8, b - a);
      next++;
    }
    return next;
  }

  /** Bytes of staging for one row. */
  long rowBytes() {
    return 4L * (span + tile) + 63 & -64;
  }

  /** Fills in the arguments that stay the same. */
  void begin(MemorySegment args) {
    X86RowsCode.begin(args, epilogue.activation());
  }

  /** Finishes {@code rows} channels from {@code channel} on, of span {@code part}. */
  void finish(Arguments a, MemorySegment args, long sums, long channel, int rows, int part) {
    if (first[part] == first[part + 1]) {
      return;
    }
    long bytes = 4L * planes.outputs();
    MemorySegment y = a.outputValues(0);
    long out = y.address() + channel * bytes;
    long distance = epilogue.residual() ? a.inputValues(3).address() - y.address() : 0;
    args.set(Elements.I64, Args.SUMS, sums);
    args.set(Elements.I64, Args.SUMS_STRIDE, rowBytes());
    args.set(Elements.I64, Args.OUT, out);
    args.set(Elements.I64, Args.OUT_STRIDE, bytes);
    args.set(Elements.I64, Args.RESIDUAL_DISTANCE, distance);
    args.set(Elements.I64, Args.PIECES, pieces.address() + 12L * first[part]);
    args.set(Elements.I64, Args.PIECE_COUNT, first[part + 1] - first[part]);
    args.set(Elements.I64, Args.ROWS, rows);
    call.run(args);
  }
}
