package dev.pith.kernels.conv;

import dev.pith.kernels.conv.ConvPlanes.Copies;
import dev.pith.kernels.conv.X86PlaneCode.Args;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Builds {@link ConvPlanes} of floats by generated code. Immutable. */
final class X86Planes {

  private final ConvPlanes planes;
  private final long inputBytes;
  private final GeneratedCall call;

  /** The rows that are copied, of all phases. */
  private final MemorySegment table;

  private final int rows;

  X86Planes(GeneratedCalls calls, ConvGeometry g, ConvPlanes planes) {
    this.planes = planes;
    this.inputBytes = 4 * g.inputPixels();
    List<Copies> copies = planes.copies();
    this.call = calls.of(new X86PlaneCode(copies.isEmpty() ? 1 : copies.get(0).stride()));
    this.rows = copies.stream().mapToInt(c -> c.source().length).sum();
    this.table = Arena.ofAuto().allocate(12L * Math.max(1, rows), 8);
    int at = 0;
    for (Copies phase : copies) {
      for (int i = 0; i < phase.source().length; i++) {
        table.set(Elements.I32, 12L * at, 4 * phase.source()[i]);
        table.set(Elements.I32, 12L * at + 4, 4 * phase.target()[i]);
        table.set(Elements.I32, 12L * at + 8, phase.count());
        at++;
      }
    }
  }

  /**
   * Builds planes {@code from} to {@code to} of {@code x} in {@code target}.
   *
   * @param args scratch of {@link Args#BYTES} bytes
   */
  void build(MemorySegment x, MemorySegment target, MemorySegment args, long from, long to) {
    long count = Math.min(to, planes.planes()) - from;
    if (count <= 0 || planes.planeSize() == 0) {
      return;
    }
    args.set(Elements.I64, Args.X, x.address() + from * inputBytes);
    args.set(Elements.I64, Args.X_PLANE, inputBytes);
    args.set(Elements.I64, Args.PLANE, target.address() + 4 * from * planes.planeSize());
    args.set(Elements.I64, Args.PLANE_BYTES, 4 * planes.planeSize());
    args.set(Elements.I64, Args.PLANES, count);
    args.set(Elements.I64, Args.TABLE, table.address());
    args.set(Elements.I64, Args.ROWS, rows);
    call.run(args);
  }
}
