package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Copies input 0 to the output, then, in one work item because order matters, lets the elements of
 * input 2 meet what is there.
 *
 * @param dtype element type
 * @param reduction how elements meet
 * @param count elements of input 0
 * @param updates elements of input 2
 * @param places where each update goes
 */
record ScatterProgram(
    DType dtype, ScatterReduction reduction, long count, long updates, Places places)
    implements HostProgram {

  private static final long CHUNK_BYTES = 1 << 16;

  /** Finds the element of the output that an element of input 2 meets. */
  @FunctionalInterface
  interface Places {
    long of(MemorySegment indices, long update);
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public long workItems(int phase) {
    return phase == 0 ? Math.max(1, (bytes() + CHUNK_BYTES - 1) / CHUNK_BYTES) : 1;
  }

  private long bytes() {
    return dtype.byteSize(count);
  }

  @Override
  public void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    MemorySegment y = a.outputValues(0);
    if (phase == 0) {
      long start = from * CHUNK_BYTES;
      long end = Math.min(bytes(), to * CHUNK_BYTES);
      MemorySegment.copy(a.inputValues(0), start, y, start, end - start);
      return;
    }
    MemorySegment values = a.inputValues(2);
    for (long i = 0; i < updates; i++) {
      long place = places.of(a.inputValues(1), i);
      if (reduction == ScatterReduction.NONE) {
        Elements.copy(dtype, values, i, y, place);
      } else if (dtype.isFloat()) {
        double old = Elements.getDouble(dtype, y, place);
        double met = reduction.function().apply(old, Elements.getDouble(dtype, values, i));
        Elements.setDouble(dtype, y, place, met);
      } else {
        long old = Elements.getLong(dtype, y, place);
        long other = Elements.getLong(dtype, values, i);
        long met = reduction.function().apply(old, other, dtype.isUnsigned());
        Elements.setLong(dtype, y, place, met);
      }
    }
  }
}
