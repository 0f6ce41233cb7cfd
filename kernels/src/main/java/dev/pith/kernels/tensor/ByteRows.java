package dev.pith.kernels.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Some decoded rows of 8-bit weights in an array, read four neighbours at a time: packing reads
 * them many times over, and often before any code is compiled, when each access of a memory segment
 * takes a hundred times as long. Not thread-safe.
 */
public final class ByteRows {

  private final int columns;
  private final int[] words;
  private final MemorySegment bytes;

  /**
   * Room for some rows.
   *
   * @param rows most rows that are loaded at a time
   * @param columns weights of a row
   */
  public ByteRows(int rows, int columns) {
    this.columns = columns;
    // the word that begins at the last byte reaches into the next two
    this.words = new int[Math.toIntExact(((long) rows * columns + 3) / 4 + 2)];
    this.bytes = MemorySegment.ofArray(words);
  }

  /** Takes rows {@code from} to {@code to} of {@code weight}, a matrix of any layout. */
  public void load(Tensor weight, long from, long to) {
    weight.layout().decodeRows(weight, from, to, bytes);
    if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      for (int i = 0; i < words.length; i++) {
        words[i] = Integer.reverseBytes(words[i]);
      }
    }
  }

  /**
   * The rows one after the other as words of four neighbours, the first in the lowest byte; made
   * sense of where rows are whole words. What follows the rows loaded means nothing.
   */
  public int[] words() {
    return words;
  }

  /**
   * Four neighbours, the first in the lowest byte.
   *
   * @param row one of the rows loaded, from 0
   * @param column where they begin; those behind the row's end mean nothing
   */
  public int word(int row, int column) {
    int at = row * columns + column;
    int shift = 8 * (at & 3);
    int low = words[at >> 2] >>> shift;
    return shift == 0 ? low : low | words[(at >> 2) + 1] << 32 - shift;
  }
}
