package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.quantized.X86TokenCode;
import dev.pith.kernels.quantized.X86TokenCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/** Rows of features become quads in which each row is a pixel; a line of the cache at a time. */
final class RowsToQuads implements QuadProgram {

  /** Features of an item: a line of the cache. */
  private static final int FEATURES = 64;

  /** Features of a call. */
  private static final int STEP = 16;

  private final QuadGrid grid;
  private final TokenItems items;
  private final GeneratedCall call;

  /**
   * @param grid quads of an image of one row, without border
   */
  RowsToQuads(GeneratedCalls calls, QuadGrid grid) {
    this.grid = grid;
    this.items = new TokenItems(grid.width(), (grid.channels() + FEATURES - 1) / FEATURES);
    boolean words = grid.channels() % 4 == 0 && grid.channels() >= STEP;
    this.call = words ? calls.of(new X86TokenCode(X86Isa.AVX_VNNI, true)) : null;
  }

  @Override
  public long workItems(int phase) {
    return items.count();
  }

  @Override
  public long scratchBytes() {
    return Args.BYTES + 63 & -64;
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
    int channels = grid.channels();
    for (long item = from; item < to; item++) {
      int first = items.block(item) * FEATURES;
      int end = Math.min(first + FEATURES, channels);
      int token = items.first(item);
      if (call == null) {
        copySlowly(x, y, token, items.count(item), first, end);
        continue;
      }
      args.set(Elements.I64, Args.SOURCE_STRIDE, channels);
      args.set(Elements.I64, Args.TARGET_STRIDE, grid.planeBytes());
      args.set(Elements.I64, Args.TOKENS, items.count(item));
      for (int at = first; at < end; at += STEP) {
        // The last step ends with the last feature.
        int feature = Math.min(at, channels - STEP);
        long target = y.address() + grid.pixels(feature / 4) + (long) token * QuadGrid.CELL;
        args.set(Elements.I64, Args.SOURCE, x.address() + (long) token * channels + feature);
        args.set(Elements.I64, Args.TARGET, target);
        call.run(args);
      }
    }
  }

  private void copySlowly(
      MemorySegment x, MemorySegment y, int token, int count, int first, int end) {
    for (int t = token; t < token + count; t++) {
      for (int f = first; f < end; f++) {
        byte value = x.get(JAVA_BYTE, (long) t * grid.channels() + f);
        y.set(JAVA_BYTE, grid.offset(0, f, 0, t), value);
      }
    }
  }
}
