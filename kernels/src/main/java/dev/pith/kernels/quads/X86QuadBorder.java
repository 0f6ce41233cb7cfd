package dev.pith.kernels.quads;

import dev.pith.kernels.quads.X86QuadBorderCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * Fills the borders of planes with generated code, many in one call; what {@link
 * QuadGrid#fillBorder} does for one. Safe for use from many threads.
 */
final class X86QuadBorder {

  /** Bytes of arguments. */
  static final int BYTES = Args.BYTES;

  private final QuadGrid grid;
  private final int padding;
  private final ArgumentImage image;
  private final GeneratedCall call;

  /**
   * @param padding the byte that borders are filled with
   */
  X86QuadBorder(GeneratedCalls calls, QuadGrid grid, int padding) {
    this.grid = grid;
    this.padding = padding;
    this.call = grid.border() == 0 ? null : calls.of(new X86QuadBorderCode(grid.border()));
    long cell = QuadGrid.CELL;
    long above = grid.pixels(0) - grid.plane(0);
    long pitch = grid.pitch() * cell;
    long row = grid.width() * cell;
    this.image =
        new ArgumentImage(BYTES)
            .i64(Args.ABOVE, above)
            .i64(Args.ROW, row)
            .i64(Args.PITCH, pitch)
            .i64(Args.ROWS, grid.height() - 1L)
            .i64(Args.BEHIND, grid.planeBytes() - above - (grid.height() - 1) * pitch - row)
            .i8(Args.PADDING, 32, padding);
  }

  /**
   * Fills the borders of {@code planes} planes from {@code plane} on; pixels are left alone.
   *
   * @param args scratch of {@link #BYTES}, which is overwritten
   */
  void fill(MemorySegment values, long plane, long planes, MemorySegment args) {
    if (call == null || planes <= 0) {
      return;
    }
    long start = grid.plane(plane);
    if (plane == 0) {
      values.asSlice(0, start).fill((byte) padding);
    }
    image.copyTo(args);
    args.set(Elements.I64, Args.PLANE, values.address() + start);
    args.set(Elements.I64, Args.PLANES, planes);
    call.run(args);
  }
}
