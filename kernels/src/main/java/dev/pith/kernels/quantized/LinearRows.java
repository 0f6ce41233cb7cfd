package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A linear layer with few rows of activations, as dot products: activations are unpacked once into
 * the shared workspace, then a work item is some rows of weights, read in order. Rows of compressed
 * weights are decoded a few at a time. Immutable.
 */
final class LinearRows {

  /** Rows of weights of a work item. */
  private static final int ITEM = 16;

  /** What becomes of a finished sum. */
  interface Sink {
    /** Stores element {@code n} of row {@code m} of the output. */
    void store(Arguments a, MemorySegment shared, long m, long n, int acc);
  }

  private final Int8Dot dot;
  private final long m;
  private final long n;
  private final long k;
  private final boolean dense;
  private final boolean bias;
  private final Sink sink;

  /**
   * @param bias whether input 3 holds an I32 for each output at which sums begin
   */
  LinearRows(Int8Dot dot, long m, long n, long k, Layout layout, boolean bias, Sink sink) {
    this.dot = dot;
    this.m = m;
    this.n = n;
    this.k = k;
    this.dense = layout instanceof Dense;
    this.bias = bias;
    this.sink = sink;
  }

  /** Bytes of the unpacked activations. */
  long activationBytes() {
    return m * rowBytes();
  }

  private long rowBytes() {
    return dot.rowBytes(k);
  }

  private long blocks() {
    return rowBytes() / (4L * dot.block());
  }

  /** Unpacks row {@code row} of U8 activations into the shared workspace, which they begin. */
  void unpack(MemorySegment x, long from, long row, int zero, MemorySegment shared) {
    dot.unpack(x, from, k, zero, shared, row * rowBytes());
  }

  long items() {
    return (n + ITEM - 1) / ITEM;
  }

  /** Scratch: four sums, the last block of a row, rows of decoded weights. */
  long scratchBytes() {
    return 64 + dot.block() + 63 & -64;
  }

  /**
   * Scratch for decoded weights, behind {@link #scratchBytes}; decoding writes to a segment's
   * start.
   */
  long decodedBytes() {
    return dense ? 0 : ITEM * k + dot.block() + 63 & -64;
  }

  void run(Arguments a, MemorySegment shared, MemorySegment s, long from, long to) {
    for (long item = from; item < Math.min(to, items()); item++) {
      long first = item * ITEM;
      long end = Math.min(n, first + ITEM);
      Tensor weight = a.input(1);
      MemorySegment values = weight.values();
      long base = first * k;
      if (!dense) {
        weight.layout().decodeRows(weight, first, end, s);
        values = s;
        base = 0;
      }
      for (long row = first; row < end; row++) {
        int start = bias ? a.inputValues(3).get(Elements.I32, row * 4) : 0;
        row(a, shared, s, values, base + (row - first) * k, row, start);
      }
    }
  }

  private void row(
      Arguments a,
      MemorySegment shared,
      MemorySegment s,
      MemorySegment values,
      long at,
      long row,
      int start) {
    long sums = decodedBytes();
    long i = 0;
    for (; i + 4 <= m; i += 4) {
      for (int j = 0; j < 4; j++) {
        s.set(Elements.I32, sums + j * 4L, start);
      }
      sum(shared, s, values, at, i, 4);
      for (int j = 0; j < 4; j++) {
        sink.store(a, shared, i + j, row, s.get(Elements.I32, sums + j * 4L));
      }
    }
    for (; i < m; i++) {
      sink.store(a, shared, i, row, start + sum(shared, s, values, at, i, 1));
    }
  }

  /** One sum, or four rows' sums in scratch. */
  private int sum(
      MemorySegment shared, MemorySegment s, MemorySegment values, long at, long row, int rows) {
    long blocks = blocks();
    int sum = 0;
    long block = 0;
    while (block < blocks) {
      long x = row * rowBytes() + block * 4L * dot.block();
      long w = at + block * dot.block();
      // Whole blocks that can be read in place; a last one behind the end of the weights is copied.
      long inside = Math.min(blocks - block, (values.byteSize() - w) / dot.block());
      int count = (int) Math.min(inside, Int8Dot.EXACT_BLOCKS);
      MemorySegment source = values;
      if (count == 0) {
        long staging = decodedBytes() + 64;
        for (long i = w; i < values.byteSize(); i++) {
          s.set(JAVA_BYTE, staging + i - w, values.get(JAVA_BYTE, i));
        }
        source = s;
        w = staging;
        count = 1;
      }
      if (rows == 4) {
        dot.dot4(source, w, shared, x, rowBytes(), count, s, decodedBytes());
      } else {
        sum += dot.dot(source, w, shared, x, count);
      }
      block += count;
    }
    return sum;
  }
}
