package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link MatMulIntegerProblem}: the oracle. */
public final class ReferenceMatMulInteger implements ReferenceKernel<MatMulIntegerProblem> {

  @Override
  public HostProgram prepare(MatMulIntegerProblem problem, PrepareContext context) {
    MatrixSum sum =
        new MatrixSum(
            problem.a(),
            problem.b(),
            problem.aType(),
            problem.bType(),
            problem.aZero(),
            problem.bZero());
    return new ElementwiseProgram(
        problem.output().elementCount(), CHUNK, (a, from, to) -> run(problem, sum, a, from, to));
  }

  private static final long CHUNK = 64;

  private static void run(
      MatMulIntegerProblem problem, MatrixSum sum, Arguments arguments, long from, long to) {
    MemorySegment a = arguments.inputValues(0);
    MemorySegment b = arguments.inputValues(1);
    MemorySegment za = problem.aZero() == null ? null : arguments.inputValues(2);
    MemorySegment zb = problem.bZero() == null ? null : arguments.inputValues(3);
    for (long i = from; i < to; i++) {
      arguments.outputValues(0).set(Elements.I32, i * 4, sum.sum(a, za, b, zb, i));
    }
  }
}
