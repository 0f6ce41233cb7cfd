package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvPlanes;
import dev.pith.kernels.tensor.ByteCopy;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The input of a convolution as planes of quads, in the positions of {@link ConvPlanes}: four
 * neighbouring channels of one group lie together. Channels that fill up the last quad of a group
 * hold values without meaning, for which there are no weights. Immutable.
 */
final class X86QuadPlanes {

  private final X86Isa isa;
  private final ConvPlanes planes;
  private final int depth;
  private final int groups;
  private final long inputChannels;
  private final long inputBytes;
  private final long batch;
  private final long planeBytes;
  private final int zero;
  private final boolean padded;
  private final List<Rows> rows = new ArrayList<>();

  /** Rows that generated code copies ({@code code} is not null) or a plain loop does. */
  private record Rows(ConvPlanes.Copies copies, MemorySegment table, GeneratedCall code) {

    /** Bytes of one channel. */
    long bytes() {
      return (long) copies.count() * copies.source().length;
    }
  }

  X86QuadPlanes(GeneratedCalls calls, X86Isa isa, ConvGeometry g, int zero) {
    this.isa = isa;
    this.planes = new ConvPlanes(g, false, 1);
    this.depth = Math.toIntExact(g.inputChannels() / g.groups());
    this.groups = Math.toIntExact(g.groups());
    this.inputChannels = g.inputChannels();
    this.inputBytes = g.inputPixels();
    this.batch = g.batch();
    this.zero = zero;
    // An odd number of cache lines: even strides fall on the same cache sets.
    this.planeBytes = planes.planeSize() * isa.quadBytes() + 63 & -64 | 64;
    long copied = 0;
    for (ConvPlanes.Copies copies : planes.copies()) {
      if (copies.source().length == 0) {
        // A phase of the stride that sees padding only: the code's loops run at least once.
        continue;
      }
      rows.add(rows(calls, copies));
      copied += (long) copies.count() * copies.source().length;
    }
    padded = copied < planes.planeSize();
  }

  private Rows rows(GeneratedCalls calls, ConvPlanes.Copies copies) {
    int step = copies.count() >= 16 ? 16 : copies.count() >= 8 ? 8 : 4;
    if (copies.count() < 4) {
      return new Rows(copies, null, null);
    }
    int count = copies.source().length;
    MemorySegment table = Arena.ofAuto().allocate(8L * count, 8);
    for (int i = 0; i < count; i++) {
      // Rows whose bytes are apart are gathered first, one behind the other.
      int source = copies.stride() == 1 ? copies.source()[i] : i * copies.count();
      table.set(Elements.I32, 8L * i, source);
      table.set(Elements.I32, 8L * i + 4, copies.target()[i] * isa.quadBytes());
    }
    return new Rows(copies, table, calls.of(new X86QuadCode(isa, step)));
  }

  /** The positions. */
  ConvPlanes positions() {
    return planes;
  }

  /** Quads of a group. */
  int quads() {
    return (depth + 3) / 4;
  }

  /** Bytes from one plane of quads to the next. */
  long planeBytes() {
    return planeBytes;
  }

  /** Planes of quads of all images. */
  long count() {
    return batch * groups * quads();
  }

  /**
   * Bytes of all planes, and behind them as many as a tile may read beyond the last position.
   *
   * @param tile pixels of a tile
   */
  long bytes(int tile) {
    return count() * planeBytes + (long) tile * isa.quadBytes() + 63 & -64;
  }

  /** Byte offset, from a position of the first plane, of what tap and quad of a weight read. */
  long offset(int tap, int quad) {
    return quad * planeBytes + (long) planes.offset(tap) * isa.quadBytes();
  }

  /** Bytes of scratch that {@link #build} needs. */
  long scratchBytes() {
    long gathered = 0;
    for (Rows part : rows) {
      if (part.code() != null && part.copies().stride() != 1) {
        gathered = Math.max(gathered, part.bytes());
      }
    }
    return X86QuadCode.Args.BYTES + 4 * gathered;
  }

  /** Builds planes of quads {@code from} to {@code to} of {@code target}. */
  void build(MemorySegment x, MemorySegment target, MemorySegment scratch, long from, long to) {
    for (int i = 0; i < 16; i++) {
      scratch.set(Elements.I16, X86QuadCode.Args.ZERO + 2L * i, (short) zero);
    }
    for (long plane = from; plane < Math.min(to, count()); plane++) {
      int quad = (int) (plane % quads());
      long first = plane / quads() % groups * depth + 4L * quad;
      long base = plane / quads() / groups * inputChannels;
      MemorySegment to4 = target.asSlice(plane * planeBytes, planeBytes);
      if (padded) {
        to4.fill((byte) (isa.elementBytes() == 1 ? zero : 0));
      }
      for (Rows part : rows) {
        copy(x, base + first, Math.min(4, depth - 4 * quad), part, to4, scratch);
      }
    }
  }

  private void copy(
      MemorySegment x,
      long channel,
      int channels,
      Rows part,
      MemorySegment target,
      MemorySegment scratch) {
    if (part.code() == null) {
      for (int c = 0; c < channels; c++) {
        copySlowly(x, (channel + c) * inputBytes, part.copies(), target, c);
      }
      return;
    }
    for (int c = 0; c < 4; c++) {
      // A channel that is not there is read as the first.
      int there = c < channels ? c : 0;
      long at = x.address() + (channel + there) * inputBytes;
      if (part.copies().stride() != 1) {
        long gathered = X86QuadCode.Args.BYTES + there * part.bytes();
        if (c == there) {
          gather(x, (channel + c) * inputBytes, part.copies(), scratch, gathered);
        }
        at = scratch.address() + gathered;
      }
      scratch.set(Elements.I64, X86QuadCode.Args.CHANNELS + 8L * c, at);
    }
    scratch.set(Elements.I64, X86QuadCode.Args.TARGET, target.address());
    scratch.set(Elements.I64, X86QuadCode.Args.TABLE, part.table().address());
    scratch.set(Elements.I64, X86QuadCode.Args.ROWS, part.copies().source().length);
    scratch.set(Elements.I64, X86QuadCode.Args.COUNT, part.copies().count());
    part.code().run(scratch);
  }

  private static void gather(
      MemorySegment x, long source, ConvPlanes.Copies copies, MemorySegment scratch, long to) {
    for (int row = 0; row < copies.source().length; row++) {
      long at = to + (long) row * copies.count();
      ByteCopy.gather(
          x, source + copies.source()[row], copies.stride(), scratch, at, copies.count());
    }
  }

  private void copySlowly(
      MemorySegment x, long source, ConvPlanes.Copies copies, MemorySegment target, int channel) {
    int stride = copies.stride();
    for (int row = 0; row < copies.source().length; row++) {
      long from = source + copies.source()[row];
      long to = (long) copies.target()[row] * isa.quadBytes() + channel * isa.elementBytes();
      for (int i = 0; i < copies.count(); i++) {
        byte value = x.get(JAVA_BYTE, from + (long) i * stride);
        if (isa.elementBytes() == 1) {
          target.set(JAVA_BYTE, to + 4L * i, value);
        } else {
          target.set(Elements.I16, to + 8L * i, (short) ((value & 255) - zero));
        }
      }
    }
  }
}
