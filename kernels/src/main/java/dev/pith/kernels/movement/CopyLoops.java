package dev.pith.kernels.movement;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.movement.CopyBlock.Axis;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Inner loops of {@link TiledCopy}, one for each element size; strides and offsets in bytes. */
final class CopyLoops {

  private static final long ODD_BYTES = 0xFF00FF00FF00FF00L;
  private static final long ODD_SHORTS = 0xFFFF0000FFFF0000L;

  private CopyLoops() {}

  /** Writes zeros. */
  static void zero(MemorySegment y, long to, long p, long q, int countP, int countQ, int bytes) {
    for (int i = 0; i < countP; i++) {
      if (q == bytes) {
        y.asSlice(to + i * p, (long) countQ * bytes).fill((byte) 0);
        continue;
      }
      for (int j = 0; j < countQ; j++) {
        long at = to + i * p + j * q;
        switch (bytes) {
          case 1 -> y.set(JAVA_BYTE, at, (byte) 0);
          case 2 -> y.set(Elements.I16, at, (short) 0);
          case 4 -> y.set(Elements.I32, at, 0);
          default -> y.set(Elements.I64, at, 0L);
        }
      }
    }
  }

  /** Copies {@code countP} × {@code countQ} elements. */
  static void strided(
      MemorySegment x,
      long from,
      Axis p,
      Axis q,
      MemorySegment y,
      long to,
      int countP,
      int countQ,
      int bytes) {
    switch (bytes) {
      case 1 -> bytes(x, from, p, q, y, to, countP, countQ);
      case 2 -> shorts(x, from, p, q, y, to, countP, countQ);
      case 4 -> ints(x, from, p, q, y, to, countP, countQ);
      default -> longs(x, from, p, q, y, to, countP, countQ);
    }
  }

  private static void bytes(
      MemorySegment x, long from, Axis p, Axis q, MemorySegment y, long to, int m, int n) {
    long fp = p.fromStride();
    long fq = q.fromStride();
    long tp = p.toStride();
    long tq = q.toStride();
    int i = 0;
    if (fp == 1 && tq == 1) {
      for (; i + 8 <= m; i += 8) {
        int j = 0;
        for (; j + 8 <= n; j += 8) {
          transpose8(x, from + i + j * fq, fq, y, to + i * tp + j, tp);
        }
        bytes(x, from + i + j * fq, fp, fq, y, to + i * tp + j, tp, tq, 8, n - j);
      }
    }
    bytes(x, from + i * fp, fp, fq, y, to + i * tp, tp, tq, m - i, n);
  }

  private static void bytes(
      MemorySegment x,
      long from,
      long fp,
      long fq,
      MemorySegment y,
      long to,
      long tp,
      long tq,
      int m,
      int n) {
    for (int i = 0; i < m; i++) {
      long a = from + i * fp;
      long b = to + i * tp;
      for (int j = 0; j < n; j++) {
        y.set(JAVA_BYTE, b + j * tq, x.get(JAVA_BYTE, a + j * fq));
      }
    }
  }

  /**
   * Eight rows of eight bytes become columns: bytes, then pairs, then quads change places across
   * the diagonal (Warren, Hacker's Delight, 7-3).
   */
  private static void transpose8(
      MemorySegment x, long from, long fq, MemorySegment y, long to, long tp) {
    long a0 = x.get(Elements.I64, from);
    long a1 = x.get(Elements.I64, from + fq);
    long a2 = x.get(Elements.I64, from + 2 * fq);
    long a3 = x.get(Elements.I64, from + 3 * fq);
    long a4 = x.get(Elements.I64, from + 4 * fq);
    long a5 = x.get(Elements.I64, from + 5 * fq);
    long a6 = x.get(Elements.I64, from + 6 * fq);
    long a7 = x.get(Elements.I64, from + 7 * fq);
    long b0 = a0 & ~ODD_BYTES | a1 << 8 & ODD_BYTES;
    long b1 = a0 >>> 8 & ~ODD_BYTES | a1 & ODD_BYTES;
    long b2 = a2 & ~ODD_BYTES | a3 << 8 & ODD_BYTES;
    long b3 = a2 >>> 8 & ~ODD_BYTES | a3 & ODD_BYTES;
    long b4 = a4 & ~ODD_BYTES | a5 << 8 & ODD_BYTES;
    long b5 = a4 >>> 8 & ~ODD_BYTES | a5 & ODD_BYTES;
    long b6 = a6 & ~ODD_BYTES | a7 << 8 & ODD_BYTES;
    long b7 = a6 >>> 8 & ~ODD_BYTES | a7 & ODD_BYTES;
    a0 = b0 & ~ODD_SHORTS | b2 << 16 & ODD_SHORTS;
    a2 = b0 >>> 16 & ~ODD_SHORTS | b2 & ODD_SHORTS;
    a1 = b1 & ~ODD_SHORTS | b3 << 16 & ODD_SHORTS;
    a3 = b1 >>> 16 & ~ODD_SHORTS | b3 & ODD_SHORTS;
    a4 = b4 & ~ODD_SHORTS | b6 << 16 & ODD_SHORTS;
    a6 = b4 >>> 16 & ~ODD_SHORTS | b6 & ODD_SHORTS;
    a5 = b5 & ~ODD_SHORTS | b7 << 16 & ODD_SHORTS;
    a7 = b5 >>> 16 & ~ODD_SHORTS | b7 & ODD_SHORTS;
    y.set(Elements.I64, to, a0 & 0xFFFFFFFFL | a4 << 32);
    y.set(Elements.I64, to + tp, a1 & 0xFFFFFFFFL | a5 << 32);
    y.set(Elements.I64, to + 2 * tp, a2 & 0xFFFFFFFFL | a6 << 32);
    y.set(Elements.I64, to + 3 * tp, a3 & 0xFFFFFFFFL | a7 << 32);
    y.set(Elements.I64, to + 4 * tp, a0 >>> 32 | a4 & ~0xFFFFFFFFL);
    y.set(Elements.I64, to + 5 * tp, a1 >>> 32 | a5 & ~0xFFFFFFFFL);
    y.set(Elements.I64, to + 6 * tp, a2 >>> 32 | a6 & ~0xFFFFFFFFL);
    y.set(Elements.I64, to + 7 * tp, a3 >>> 32 | a7 & ~0xFFFFFFFFL);
  }

  private static void shorts(
      MemorySegment x, long from, Axis p, Axis q, MemorySegment y, long to, int m, int n) {
    long fp = p.fromStride();
    long fq = q.fromStride();
    long tp = p.toStride();
    long tq = q.toStride();
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      long a = from + i * fp;
      long b = to + i * tp;
      for (int j = 0; j < n; j++) {
        long source = a + j * fq;
        long target = b + j * tq;
        y.set(Elements.I16, target, x.get(Elements.I16, source));
        y.set(Elements.I16, target + tp, x.get(Elements.I16, source + fp));
        y.set(Elements.I16, target + 2 * tp, x.get(Elements.I16, source + 2 * fp));
        y.set(Elements.I16, target + 3 * tp, x.get(Elements.I16, source + 3 * fp));
      }
    }
    for (; i < m; i++) {
      long a = from + i * fp;
      long b = to + i * tp;
      for (int j = 0; j < n; j++) {
        y.set(Elements.I16, b + j * tq, x.get(Elements.I16, a + j * fq));
      }
    }
  }

  /**
   * Four rows at once, so that each cache line of a transposed input is visited a quarter as often.
   */
  private static void ints(
      MemorySegment x, long from, Axis p, Axis q, MemorySegment y, long to, int m, int n) {
    long fp = p.fromStride();
    long fq = q.fromStride();
    long tp = p.toStride();
    long tq = q.toStride();
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      long a = from + i * fp;
      long b = to + i * tp;
      for (int j = 0; j < n; j++) {
        long source = a + j * fq;
        long target = b + j * tq;
        y.set(Elements.I32, target, x.get(Elements.I32, source));
        y.set(Elements.I32, target + tp, x.get(Elements.I32, source + fp));
        y.set(Elements.I32, target + 2 * tp, x.get(Elements.I32, source + 2 * fp));
        y.set(Elements.I32, target + 3 * tp, x.get(Elements.I32, source + 3 * fp));
      }
    }
    for (; i < m; i++) {
      long a = from + i * fp;
      long b = to + i * tp;
      for (int j = 0; j < n; j++) {
        y.set(Elements.I32, b + j * tq, x.get(Elements.I32, a + j * fq));
      }
    }
  }

  private static void longs(
      MemorySegment x, long from, Axis p, Axis q, MemorySegment y, long to, int m, int n) {
    for (int i = 0; i < m; i++) {
      long a = from + i * p.fromStride();
      long b = to + i * p.toStride();
      for (int j = 0; j < n; j++) {
        y.set(Elements.I64, b + j * q.toStride(), x.get(Elements.I64, a + j * q.fromStride()));
      }
    }
  }
}
