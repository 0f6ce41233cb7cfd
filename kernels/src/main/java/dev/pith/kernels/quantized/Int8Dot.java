package dev.pith.kernels.quantized;

import java.lang.foreign.MemorySegment;

/**
 * Inner loops of int8 linear layers with few rows of activations: dot products along a row of
 * weights, each byte of which is read once.
 *
 * <p>Activations are floats in blocks of {@link #block} elements, each block in quads: element 4·l
 * + j in lane l of vector j, so that weights are unpacked by shifts alone. A row is filled up with
 * zeros to whole blocks, so that bytes read behind the end of a row of weights do not count. As in
 * {@link Int8Tile}, fp32 sums are exact because they are cut before they can leave 2²⁴.
 */
interface Int8Dot {

  /** Blocks whose sum is exact in fp32: each adds 4 products to a lane. */
  int EXACT_BLOCKS = Int8Tile.EXACT / 4;

  /** Elements of a block: four vectors. */
  int block();

  /** Bytes of a row of {@code count} activations as floats, filled up to whole blocks. */
  default long rowBytes(long count) {
    return (count + block() - 1) / block() * block() * 4L;
  }

  /** Unpacks {@code count} U8 activations minus {@code zero} to floats at {@code to[at]}. */
  void unpack(MemorySegment x, long from, long count, int zero, MemorySegment to, long at);

  /** Σ w · x over {@code blocks} blocks, at most {@link #EXACT_BLOCKS}. */
  int dot(MemorySegment weights, long w, MemorySegment x, long at, int blocks);

  /**
   * The same for four rows of activations, {@code stride} bytes apart; adds the sums to four ints
   * at {@code sums} of {@code s}.
   */
  void dot4(
      MemorySegment weights,
      long w,
      MemorySegment x,
      long at,
      long stride,
      int blocks,
      MemorySegment s,
      long sums);
}
