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

/** F32 powers with one exponent for all elements; squares, which networks mostly take, are fast. */
public final class VectorPower implements HostKernel<BinaryProblem> {

  @Override
  public String name() {
    return "vector_power_f32";
  }

  @Override
  public Support supports(BinaryProblem problem, Target target) {
    if (problem.function() != BinaryFunction.POW || problem.dtype() != DType.F32) {
      return Support.no("%s of %s is not POW of F32", problem.function(), problem.dtype());
    }
    return problem.b().elementCount() == 1 && problem.output().equals(problem.a())
        ? target.supportsVectors()
        : Support.no("there are %d exponents, not one", problem.b().elementCount());
  }

  @Override
  public HostProgram prepare(BinaryProblem problem, PrepareContext context) {
    BinaryLoop square =
        VectorWidths.of(
            MethodHandles.lookup(),
            BinaryLoop.class,
            VectorBinaryLoop.class,
            context.target().vectorBits(),
            BinaryFunction.MUL);
    return new ElementwiseProgram(
        problem.a().elementCount(), (a, from, to) -> run(square, a, from, to));
  }

  private static void run(BinaryLoop square, Arguments a, long from, long to) {
    MemorySegment x = a.inputValues(0);
    MemorySegment z = a.outputValues(0);
    float exponent = a.inputValues(1).get(Elements.F32, 0);
    if (exponent == 2) {
      square.rows(x, from * 4, x, from * 4, z, from * 4, to - from);
      return;
    }
    for (long i = from; i < to; i++) {
      float base = x.get(Elements.F32, i * 4);
      z.set(Elements.F32, i * 4, (float) Math.pow(base, exponent));
    }
  }
}
