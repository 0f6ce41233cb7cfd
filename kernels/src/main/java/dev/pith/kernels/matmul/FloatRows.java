package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * Moves rows of floats between memory and arrays, converting and finishing them on the way. Offsets
 * in memory segments are bytes, in arrays elements. Nothing is read behind the end of a segment.
 */
public interface FloatRows {

  /** The loops made for the vectors of {@code target}. */
  static FloatRows of(Target target) {
    return VectorWidths.of(
        MethodHandles.lookup(), FloatRows.class, VectorFloatRows.class, target.vectorBits());
  }

  /**
   * Copies {@code rows} rows of {@code n} floats, exactly.
   *
   * @param step bytes from one row of {@code x} to the next
   * @param toStep floats from one row of {@code s} to the next
   */
  void copy(MemorySegment x, long at, long step, int rows, int n, float[] s, int to, int toStep);

  /**
   * Copies the same pieces, of at most two vectors, of {@code rows} rows: {@code length[i]} floats
   * from float {@code source[i]} of the row to {@code target[i]}, for i from {@code from} to {@code
   * to}. Up to a vector more is written behind each piece, row after row and piece after piece, so
   * that a piece that begins there must follow. Pieces ascend in both.
   *
   * @param at byte at which the first row begins
   * @param step bytes from one row of {@code x} to the next
   * @param toStep floats from one row of {@code s} to the next
   */
  void copyPieces(
      MemorySegment x,
      long at,
      long step,
      int rows,
      int[] source,
      int[] target,
      int[] length,
      int from,
      int to,
      float[] s,
      int base,
      int toStep);

  /**
   * Copies {@code rows} rows of {@code n} floats to columns: element i of row r goes to {@code s[to
   * + i · toStep + r]}.
   */
  void transpose(
      MemorySegment x, long at, long step, int rows, int n, float[] s, int to, int toStep);

  /**
   * Converts {@code n} elements of {@code x}, the first being element {@code at}, to floats.
   *
   * @param type F32, F16, BF16 or I8
   */
  void widen(DType type, MemorySegment x, long at, int n, float[] s, int to);

  /** Multiplies {@code n} floats; may multiply up to a vector more. */
  void scale(float[] s, int at, int n, float factor);

  /** Sets {@code n} floats; may set up to a vector more. */
  void fill(float[] s, int at, int n, float value);

  /** {@code s += residual} for exactly {@code n} floats. */
  void add(float[] s, int c, int n, MemorySegment residual, long at);

  /** Applies {@code activation} to {@code n} floats, and up to a vector more. */
  void activate(float[] s, int c, int n, Activation activation);

  /** Copies {@code n} floats to memory. */
  void copyOut(float[] s, int c, int n, MemorySegment y, long at);

  /**
   * Stores {@code n} results: {@code y = activation(s + residual)}. Up to a vector behind the
   * results is read and changed in {@code s}.
   *
   * @param residual memory to add from, or {@code null}
   * @param at byte offset in {@code residual} and {@code y}
   */
  default void store(
      float[] s,
      int c,
      int n,
      MemorySegment residual,
      Activation activation,
      MemorySegment y,
      long at) {
    if (residual != null) {
      add(s, c, n, residual, at);
    }
    activate(s, c, n, activation);
    copyOut(s, c, n, y, at);
  }
}
