package dev.pith.kernels.elementwise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * {@link SelectProblem}s of 32-bit elements row by row: broadcasting costs one index a row, and a
 * condition that holds for a whole row makes it a copy.
 */
public final class VectorSelect implements HostKernel<SelectProblem> {

  @Override
  public String name() {
    return "vector_select_32";
  }

  @Override
  public Support supports(SelectProblem problem, Target target) {
    return problem.dtype().bits() == 32
        ? target.supportsVectors()
        : Support.no("the elements of %s do not have 32 bits", problem.dtype());
  }

  @Override
  public HostProgram prepare(SelectProblem problem, PrepareContext context) {
    BroadcastRows rows =
        BroadcastRows.of(problem.output(), problem.condition(), problem.a(), problem.b());
    SelectLoop loop =
        VectorWidths.of(
            MethodHandles.lookup(),
            SelectLoop.class,
            VectorSelectLoop.class,
            context.target().vectorBits());
    return new ElementwiseProgram(
        problem.output().elementCount(), (a, from, to) -> run(rows, loop, a, from, to));
  }

  private static void run(
      BroadcastRows rows, SelectLoop loop, Arguments arguments, long from, long to) {
    long length = rows.length();
    MemorySegment c = arguments.inputValues(0);
    MemorySegment x = arguments.inputValues(1);
    MemorySegment y = arguments.inputValues(2);
    MemorySegment z = arguments.outputValues(0);
    for (long at = from; at < to; ) {
      long row = at / length;
      long column = at - row * length;
      long n = Math.min(length - column, to - at);
      long cAt = rows.at(0, row, column);
      long xAt = rows.at(1, row, column) * 4;
      long yAt = rows.at(2, row, column) * 4;
      if (!rows.isScalar(0)) {
        loop.run(c, cAt, x, xAt, rows.isScalar(1), y, yAt, rows.isScalar(2), z, at * 4, n);
      } else if (c.get(JAVA_BYTE, cAt) != 0) {
        copy(x, xAt, rows.isScalar(1), z, at, n);
      } else {
        copy(y, yAt, rows.isScalar(2), z, at, n);
      }
      at += n;
    }
  }

  private static void copy(
      MemorySegment x, long xAt, boolean scalar, MemorySegment z, long at, long n) {
    if (!scalar) {
      MemorySegment.copy(x, xAt, z, at * 4, n * 4);
      return;
    }
    int value = x.get(Elements.I32, xAt);
    for (long i = 0; i < n; i++) {
      z.set(Elements.I32, (at + i) * 4, value);
    }
  }
}
