package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * F32 {@link BinaryProblem}s row by row: broadcasting costs one index a row, and along a row each
 * operand is a vector or a number.
 */
public final class VectorBinary implements HostKernel<BinaryProblem> {

  @Override
  public String name() {
    return "vector_binary_f32";
  }

  @Override
  public Support supports(BinaryProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("the element type is %s, not F32", problem.dtype());
    }
    Support vectors = target.supportsVectors();
    if (!vectors.isSupported()) {
      return vectors;
    }
    return VectorBinaryLoop.FUNCTIONS.contains(problem.function())
        ? Support.YES
        : Support.no("%s has no vector form", problem.function());
  }

  @Override
  public HostProgram prepare(BinaryProblem problem, PrepareContext context) {
    BroadcastRows rows = BroadcastRows.of(problem.output(), problem.a(), problem.b());
    BinaryLoop loop =
        VectorWidths.of(
            MethodHandles.lookup(),
            BinaryLoop.class,
            VectorBinaryLoop.class,
            context.target().vectorBits(),
            problem.function());
    return new ElementwiseProgram(
        problem.output().elementCount(), (a, from, to) -> run(rows, loop, a, from, to));
  }

  private static void run(
      BroadcastRows rows, BinaryLoop loop, Arguments arguments, long from, long to) {
    MemorySegment x = arguments.inputValues(0);
    MemorySegment y = arguments.inputValues(1);
    MemorySegment z = arguments.outputValues(0);
    long length = rows.length();
    boolean scalarX = rows.isScalar(0) && length > 1;
    boolean scalarY = rows.isScalar(1) && length > 1;
    for (long at = from; at < to; ) {
      long row = at / length;
      long column = at - row * length;
      long n = Math.min(length - column, to - at);
      long xAt = rows.at(0, row, column) * 4;
      long yAt = rows.at(1, row, column) * 4;
      if (scalarX) {
        loop.left(x.get(Elements.F32, xAt), y, yAt, z, at * 4, n);
      } else if (scalarY) {
        loop.right(x, xAt, y.get(Elements.F32, yAt), z, at * 4, n);
      } else {
        loop.rows(x, xAt, y, yAt, z, at * 4, n);
      }
      at += n;
    }
  }
}
