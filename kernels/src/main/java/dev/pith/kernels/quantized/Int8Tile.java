package dev.pith.kernels.quantized;

import java.lang.foreign.MemorySegment;

/**
 * Inner loops of 8-bit matrix products on one tile: some rows of weights times {@link #width}
 * columns of activations.
 *
 * <p>Products of 8-bit numbers are summed in fp32: |w| ≤ 128 and |x − zx| ≤ 255, so sums of up to
 * {@link #EXACT} products stay within 2²⁴ and every fused multiply-add is exact. Longer sums are
 * cut, and the parts added as integers.
 *
 * <p>Columns are four vectors. Where column 4·l + j is held in lane l of vector j ("quads"), bytes
 * are unpacked from and packed into 32-bit lanes by shifts alone, on every machine. The names of
 * arguments: {@code s} is the thread's scratch, in which a, w, sums and acc are byte offsets.
 */
interface Int8Tile {

  /** Products whose sum is exact in fp32. */
  int EXACT = 512;

  /** Lanes of a vector. */
  int lanes();

  /** Columns of a tile: four vectors. */
  default int width() {
    return 4 * lanes();
  }

  /** Bytes of one row of a tile, in floats or ints. */
  default long rowBytes() {
    return 16L * lanes();
  }

  /**
   * Unpacks rows of U8 activations: for row i, the {@link #width} bytes at {@code x[base + i ·
   * stride]} minus {@code zero}, in quads, to {@code a + i · rowBytes}. Bytes behind the end of
   * {@code x} are undefined.
   *
   * @param staging width bytes of scratch
   */
  void unpack(
      MemorySegment x,
      long base,
      long stride,
      int count,
      int zero,
      MemorySegment s,
      long staging,
      long a);

  /**
   * Unpacks four consecutive elements of {@link #width} rows at once: column c of the tile has 4
   * bytes at {@code words + 4 · c}; byte j minus {@code zeros[c]} goes to row j at {@code a},
   * columns in natural order.
   *
   * @param zeros width floats
   */
  void unpackWords(MemorySegment s, long words, long zeros, long a);

  /** Converts {@code count} I8 weights at {@code at} to floats; may write up to 64 floats more. */
  void widen(MemorySegment weights, long at, int count, MemorySegment s, long w);

  /**
   * Σ over k of w_r[k] · a[k] for four rows of weights, to four tile rows of floats at {@code
   * sums}.
   *
   * @param k at most {@link #EXACT}
   */
  void dense(MemorySegment s, long a, int k, long w0, long w1, long w2, long w3, long sums);

  /**
   * Σ over i of w[i] · a[offset[i]] for one row of weights and one tile.
   *
   * @param offsets ints: bytes from {@code a} to the row of activations
   * @param n at most {@link #EXACT}
   */
  void sparse(MemorySegment s, long a, long offsets, long w, int n, long sums);

  /** The same for two tiles at once, {@code a} and {@code b}; their sums follow each other. */
  void sparse2(MemorySegment s, long a, long b, long offsets, long w, int n, long sums);

  /**
   * The same for four rows of weights, {@code stride} bytes apart, that share their offsets, and
   * one tile; four tile rows of sums.
   */
  void sparseRows(MemorySegment s, long a, long offsets, long w, long stride, int n, long sums);

  /** Sets one tile row of ints to {@code value}. */
  void fill(MemorySegment s, long acc, int value);

  /** Adds one tile row of floats, which are integers, to one tile row of ints. */
  void accumulate(MemorySegment s, long sums, long acc);

  /**
   * Requantizes one tile row in quads: {@code width} bytes in natural order at {@code y[at]}.
   *
   * @param zero zero point of the output
   */
  void requantize(
      MemorySegment s,
      long acc,
      float scale,
      int zero,
      int low,
      int high,
      MemorySegment y,
      long at);

  /**
   * Requantizes four tile rows in natural order: for each column a word of 4 bytes, one from each
   * row, at {@code words + 4 · column}.
   *
   * @param acc the first row; the others follow {@code stride} bytes apart
   * @param scales four floats at this offset of {@code scaleValues}
   */
  void requantizeWords(
      MemorySegment s,
      long acc,
      long stride,
      MemorySegment scaleValues,
      long scales,
      int zero,
      int low,
      int high,
      long words);

  /**
   * A depthwise sum over one tile of unpacked bytes: acc = start + Σ over taps of w[tap] · x[at +
   * offset[tap]], in quads.
   *
   * @param offsets ints, bytes from {@code at}
   * @param w floats
   * @param taps at most {@link #EXACT}
   */
  void depthwise(
      MemorySegment x,
      long at,
      MemorySegment s,
      long offsets,
      long w,
      int taps,
      int start,
      long acc);
}
