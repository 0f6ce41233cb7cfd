package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.matmul.X86TransposeCode;
import dev.pith.kernels.matmul.X86TransposeCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/** Quads in which each row of features is a pixel become rows again: words are transposed. */
final class QuadsToRows implements QuadProgram {

  private static final int BLOCK = X86TransposeCode.BLOCK;

  private final QuadGrid grid;
  private final TokenItems items;

  /** Quads whose four features are there. */
  private final int whole;

  private final GeneratedCall call;

  /**
   * @param grid quads of an image of one row, without border
   */
  QuadsToRows(GeneratedCalls calls, QuadGrid grid) {
    this.grid = grid;
    this.items = new TokenItems(grid.width(), (grid.quads() + BLOCK - 1) / BLOCK);
    this.whole = grid.channels() / 4;
    this.call = whole < BLOCK ? null : calls.of(new X86TransposeCode());
  }

  @Override
  public long workItems(int phase) {
    return items.count();
  }

  @Override
  public long scratchBytes() {
    return Args.BYTES;
  }

  @Override
  public void run(
      int phase,
      MemorySegment x,
      MemorySegment y,
      MemorySegment shared,
      MemorySegment args,
      long from,
      long to) {
    for (long item = from; item < to; item++) {
      int first = items.block(item) * BLOCK;
      int token = items.first(item);
      int count = items.count(item);
      int done = first;
      if (call != null && first < whole) {
        // The last block ends with the last whole quad.
        int quad = Math.min(first, whole - BLOCK);
        for (int i = 0; i < BLOCK; i++) {
          long row = x.address() + grid.pixels(quad + i) + (long) token * QuadGrid.CELL;
          args.set(Elements.I64, Args.ROWS + 8L * i, row);
        }
        int channels = grid.channels();
        long target = y.address() + (long) token * channels + 4L * quad;
        X86TransposeCode.target(args, target, channels, count);
        call.run(args);
        done = quad + BLOCK;
      }
      copySlowly(x, y, token, count, 4 * done, Math.min(4 * (first + BLOCK), grid.channels()));
    }
  }

  private void copySlowly(
      MemorySegment x, MemorySegment y, int token, int count, int first, int end) {
    for (int t = token; t < token + count; t++) {
      for (int f = first; f < end; f++) {
        byte value = x.get(JAVA_BYTE, grid.offset(0, f, 0, t));
        y.set(JAVA_BYTE, (long) t * grid.channels() + f, value);
      }
    }
  }
}
