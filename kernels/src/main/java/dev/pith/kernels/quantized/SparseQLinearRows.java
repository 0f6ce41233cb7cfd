package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.RowLists;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * {@link QLinearProblem} with few rows of activations and sparse weights: the stored weights of a
 * group of rows are listed, and each is multiplied with the activations it meets. One work item is
 * some groups.
 *
 * <p>Plain Java: activations are gathered byte by byte, for which the Vector API has no instruction
 * on native memory, and with few rows there is nothing to do side by side.
 */
public final class SparseQLinearRows implements HostKernel<QLinearProblem> {

  /** With more rows of activations, tiles use a listed weight for 16 or more of them at once. */
  private static final long MOST_ROWS = 8;

  /** Columns listed at a time: lists of one row stay in the first-level cache. */
  private static final int CHUNK = 2048;

  /** Rows of weights of a work item, rounded up to whole groups. */
  private static final int ITEM = 16;

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    if (!problem.layout().isSparse()) {
      return Support.no("the weight's layout is %s, not sparse", problem.layout().name());
    }
    return problem.m() > MOST_ROWS
        ? Support.no("%d rows fill tiles; lists are for at most %d", problem.m(), MOST_ROWS)
        : Support.YES;
  }

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    SparseLayout layout = (SparseLayout) problem.layout();
    int chunk = (int) Math.max(1, Math.min(problem.k(), CHUNK));
    long sums = 4L * layout.groupRows() * problem.m() + 63 & -64;
    RowLists lists = new RowLists(sums, sums + 4L * chunk, 4L * chunk, 1);
    return new Run(problem, layout, chunk, lists);
  }

  private record Run(QLinearProblem problem, SparseLayout layout, int chunk, RowLists lists)
      implements HostProgram {

    private long itemRows() {
      int size = layout.groupRows();
      return (long) (ITEM + size - 1) / size * size;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, (problem.n() + itemRows() - 1) / itemRows());
    }

    @Override
    public long scratchBytes() {
      return lists.values() + layout.groupRows() * lists.valueStride() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      int size = layout.groupRows();
      long end = Math.min(problem.n(), to * itemRows());
      for (long row = from * itemRows(); row < end; row += size) {
        group(a, scratch, row / size, row, (int) Math.min(size, problem.n() - row));
      }
    }

    /** All outputs of {@code rows} rows of weights from {@code first} on, which are one group. */
    private void group(Arguments a, MemorySegment s, long group, long first, int rows) {
      int m = (int) problem.m();
      for (int r = 0; r < rows; r++) {
        int start = problem.bias() ? a.inputValues(3).get(Elements.I32, (first + r) * 4) : 0;
        for (int i = 0; i < m; i++) {
          s.set(Elements.I32, 4L * (r * m + i), start);
        }
      }
      Tensor weight = a.input(1);
      for (long k = 0; k < problem.k(); k += chunk) {
        int end = (int) Math.min(problem.k(), k + chunk);
        int n = layout.list(weight, group, (int) k, end, s, lists);
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < m; i++) {
            long sum = 4L * (r * m + i);
            int more = dot(a.inputValues(0), i * problem.k() + k, s, r, n);
            s.set(Elements.I32, sum, s.get(Elements.I32, sum) + more);
          }
        }
      }
      for (int r = 0; r < rows; r++) {
        float scale = a.inputValues(2).get(Elements.F32, (first + r) * 4);
        for (int i = 0; i < m; i++) {
          int acc = s.get(Elements.I32, 4L * (r * m + i));
          long at = i * problem.n() + first + r;
          Requantized.store(problem.requantize(), a.outputValues(0), at, acc, scale);
        }
      }
    }

    /**
     * The listed weights of row {@code r} of the group times the activations from {@code at} on.
     */
    private int dot(MemorySegment x, long at, MemorySegment s, int r, int n) {
      int zero = problem.requantize().inputZeroPoint();
      long offsets = lists.offsets();
      long values = lists.values() + r * lists.valueStride();
      int sum = 0;
      for (int e = 0; e < n; e++) {
        int activation = x.get(JAVA_BYTE, at + s.get(Elements.I32, offsets + 4L * e)) & 255;
        int value = (int) s.get(Elements.F32, values + 4L * e);
        sum += value * (activation - zero);
      }
      return sum;
    }
  }
}
