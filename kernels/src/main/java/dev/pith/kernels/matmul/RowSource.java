package dev.pith.kernels.matmul;

import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Where the rows of the left factor of a {@link PanelProduct} come from, as floats. */
@FunctionalInterface
public interface RowSource {

  /**
   * Reads columns {@code k} to {@code k + count} of row {@code row} to {@code s[to…]}; up to 16
   * floats more may be written.
   *
   * @param scratch the segment over {@code s}
   */
  void read(Tensor weight, long row, long k, int count, MemorySegment scratch, float[] s, int to);
}
