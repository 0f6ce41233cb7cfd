package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.conv.TapIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Scalar evaluation of one window of a {@link QAveragePoolProblem}. Immutable. */
final class WindowIndex {

  private final QAveragePoolProblem problem;
  private final TapIndex cells;
  private final TapIndex counted;
  private final long taps;

  WindowIndex(QAveragePoolProblem problem) {
    this.problem = problem;
    long[] output = problem.output().stream().mapToLong(Long::longValue).toArray();
    this.cells =
        new TapIndex(
            problem.input(),
            output,
            problem.kernel(),
            problem.strides(),
            problem.dilations(),
            problem.padsBegin());
    this.counted = problem.countPadding() ? padded(output) : cells;
    this.taps = problem.kernel().stream().reduce(1L, (a, b) -> a * b);
  }

  /** The same windows over the padded input, in which padding is inside. */
  private TapIndex padded(long[] output) {
    List<Long> extents = new ArrayList<>();
    List<Long> none = new ArrayList<>();
    for (int i = 0; i < problem.input().size(); i++) {
      extents.add(problem.padsBegin().get(i) + problem.input().get(i) + problem.padsEnd().get(i));
      none.add(0L);
    }
    return new TapIndex(
        extents, output, problem.kernel(), problem.strides(), problem.dilations(), none);
  }

  /** The stored average of window {@code pixel} of the plane that begins at {@code base}. */
  int average(MemorySegment x, long base, long pixel) {
    int sum = 0;
    int count = 0;
    for (long tap = 0; tap < taps; tap++) {
      long at = cells.inputPixel(pixel, tap);
      if (at >= 0) {
        sum += (x.get(JAVA_BYTE, base + at) & 255) - problem.inputZeroPoint();
      }
      count += counted.inputPixel(pixel, tap) >= 0 ? 1 : 0;
    }
    return store(sum, count);
  }

  /** The stored average of {@code count} cells with the given sum; a window of none is 0. */
  int store(int sum, int count) {
    float mean = count == 0 ? 0 : sum * (problem.ratio() / count);
    return Requantized.round(mean, problem.zeroPoint(), problem.low(), problem.high());
  }
}
