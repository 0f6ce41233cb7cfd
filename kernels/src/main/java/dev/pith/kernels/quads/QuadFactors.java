package dev.pith.kernels.quads;

import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the sum of each window of an average pooling is multiplied with: {@code fl(ratio / count)},
 * 0 where a window has no cell that counts.
 *
 * @param problem the pooling
 */
record QuadFactors(QAveragePoolProblem problem) {

  /** The cell at each place of a register that every other cell was picked into. */
  private static final int[] MIXED = {0, 1, 4, 5, 2, 3, 6, 7};

  /** For each unit 32 factors, in the order that {@link X86QuadPoolCode} takes them. */
  MemorySegment of(QuadUnits units, QuadGrid output, int stride) {
    int count = units.count();
    MemorySegment factors = Arena.ofAuto().allocate(128L * count, 64);
    for (int u = 0; u < count; u++) {
      int cell = units.table().get(Elements.I32, (long) u * QuadUnits.BYTES + QuadUnits.OUT) / 4;
      for (int place = 0; place < 8; place++) {
        int at = cell + (stride == 2 ? MIXED[place] : place);
        float factor = factor(at / output.pitch(), at % output.pitch());
        for (int c = 0; c < 4; c++) {
          long lane = 8L * (place % 4) + 4 * (place / 4) + c;
          factors.set(Elements.F32, 128L * u + 4 * lane, factor);
        }
      }
    }
    return factors;
  }

  /** The factor of an output; cells beyond the output have any. */
  private float factor(int y, int x) {
    long count = cells(0, y) * cells(1, x);
    return count == 0 ? 0 : problem.ratio() / count;
  }

  /** Cells of a window along one axis that count. */
  private long cells(int axis, long output) {
    long low = problem.countPadding() ? -problem.padsBegin().get(axis) : 0;
    long padding = problem.countPadding() ? problem.padsEnd().get(axis) : 0;
    long end = problem.input().get(axis) + padding;
    long count = 0;
    for (long k = 0; k < problem.kernel().get(axis); k++) {
      long at =
          output * problem.strides().get(axis)
              - problem.padsBegin().get(axis)
              + k * problem.dilations().get(axis);
      count += at >= low && at < end ? 1 : 0;
    }
    return count;
  }
}
