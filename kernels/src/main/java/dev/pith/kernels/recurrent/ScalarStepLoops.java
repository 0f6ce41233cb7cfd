package dev.pith.kernels.recurrent;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** {@link StepLoops} in plain Java, sums in double precision. */
final class ScalarStepLoops implements StepLoops {

  static final StepLoops INSTANCE = new ScalarStepLoops();

  private ScalarStepLoops() {}

  @Override
  public void products(
      MemorySegment w,
      long row,
      int rows,
      int columns,
      MemorySegment x,
      long at,
      MemorySegment y,
      long to) {
    for (int i = 0; i < rows; i++) {
      double sum = y.get(Elements.F32, to + 4L * i);
      long from = 4 * (row + i) * columns;
      for (int k = 0; k < columns; k++) {
        sum += (double) w.get(Elements.F32, from + 4L * k) * x.get(Elements.F32, at + 4L * k);
      }
      y.set(Elements.F32, to + 4L * i, (float) sum);
    }
  }

  @Override
  public void activate(Gate gate, float clip, MemorySegment x, long at, int count) {
    for (int i = 0; i < count; i++) {
      float v = x.get(Elements.F32, at + 4L * i);
      v = clip == 0 ? v : Math.min(Math.max(v, -clip), clip);
      x.set(Elements.F32, at + 4L * i, gate.apply(v));
    }
  }
}
