package dev.pith.kernels.elementwise;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import java.lang.invoke.MethodHandles;

/** F32 {@link UnaryProblem}s, a vector at a time. */
public final class VectorUnary implements HostKernel<UnaryProblem> {

  @Override
  public String name() {
    return "vector_unary_f32";
  }

  @Override
  public Support supports(UnaryProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("the element type is %s, not F32", problem.dtype());
    }
    Support vectors = target.supportsVectors();
    if (!vectors.isSupported()) {
      return vectors;
    }
    return VectorUnaryLoop.FUNCTIONS.contains(problem.function())
        ? Support.YES
        : Support.no("%s has no vector form", problem.function());
  }

  @Override
  public HostProgram prepare(UnaryProblem problem, PrepareContext context) {
    UnaryLoop loop =
        VectorWidths.of(
            MethodHandles.lookup(),
            UnaryLoop.class,
            VectorUnaryLoop.class,
            context.target().vectorBits(),
            problem.function());
    float alpha = problem.alpha();
    float beta = problem.beta();
    return new ElementwiseProgram(
        problem.shape().elementCount(),
        (a, from, to) ->
            loop.run(a.inputValues(0), a.outputValues(0), from * 4, to - from, alpha, beta));
  }
}
