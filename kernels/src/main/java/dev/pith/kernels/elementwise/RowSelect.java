package dev.pith.kernels.elementwise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link SelectProblem}s of 32-bit elements row by row: broadcasting costs one index a row. The
 * inner loop has no branch, which random conditions would mispredict.
 */
public final class RowSelect implements HostKernel<SelectProblem> {

  @Override
  public String name() {
    return "row_select_32";
  }

  @Override
  public Support supports(SelectProblem problem, Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    return problem.dtype().bits() == 32
        ? Support.YES
        : Support.no("the elements of %s do not have 32 bits", problem.dtype());
  }

  @Override
  public HostProgram prepare(SelectProblem problem, PrepareContext context) {
    BroadcastRows rows =
        BroadcastRows.of(problem.output(), problem.condition(), problem.a(), problem.b());
    return new ElementwiseProgram(
        problem.output().elementCount(), (a, from, to) -> run(rows, a, from, to));
  }

  private static void run(BroadcastRows rows, Arguments arguments, long from, long to) {
    long length = rows.length();
    int stepC = rows.isScalar(0) ? 0 : 1;
    int stepA = rows.isScalar(1) ? 0 : 4;
    int stepB = rows.isScalar(2) ? 0 : 4;
    MemorySegment c = arguments.inputValues(0);
    MemorySegment x = arguments.inputValues(1);
    MemorySegment y = arguments.inputValues(2);
    MemorySegment z = arguments.outputValues(0);
    for (long at = from; at < to; ) {
      long row = at / length;
      long column = at - row * length;
      int n = (int) Math.min(length - column, to - at);
      long cAt = rows.at(0, row, column);
      long aAt = rows.at(1, row, column) * 4;
      long bAt = rows.at(2, row, column) * 4;
      for (int i = 0; i < n; i++) {
        int a = x.get(Elements.I32, aAt + (long) i * stepA);
        int b = y.get(Elements.I32, bAt + (long) i * stepB);
        int takesB = -(1 - Math.min(1, c.get(JAVA_BYTE, cAt + (long) i * stepC) & 255));
        z.set(Elements.I32, (at + i) * 4, a ^ ((a ^ b) & takesB));
      }
      at += n;
    }
  }
}
