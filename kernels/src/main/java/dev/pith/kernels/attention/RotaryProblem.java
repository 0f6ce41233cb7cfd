package dev.pith.kernels.attention;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Rotary position embedding: pairs (a, b) of a head become (a · cos − b · sin, a · sin + b · cos).
 *
 * <p>Inputs: x [N, heads, length, size] (packed: [N, length, heads · size]); cos and sin [N,
 * length, rotated / 2], or, with positions [N, length] (I64), a row for each position.
 *
 * @param dtype element type of x, cos, sin and y
 * @param batch N
 * @param heads heads
 * @param length positions
 * @param size size of a head
 * @param rotated leading elements of a head that are rotated; the others are copied
 * @param interleaved whether a pair is two neighbours, or elements half of {@code rotated} apart
 * @param packed whether the heads of a position lie together
 * @param positions whether positions are given
 * @param rows rows of cos and sin
 */
public record RotaryProblem(
    DType dtype,
    long batch,
    long heads,
    long length,
    long size,
    long rotated,
    boolean interleaved,
    boolean packed,
    boolean positions,
    long rows)
    implements Problem {

  @Override
  public long work() {
    return batch * heads * length * size;
  }
}
