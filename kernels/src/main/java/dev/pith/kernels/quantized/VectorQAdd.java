package dev.pith.kernels.quantized;

import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.BroadcastIndex;

/** {@link QAddProblem} on tensors of one shape with the Vector API, as in a residual network. */
public final class VectorQAdd implements HostKernel<QAddProblem> {

  @Override
  public Support supports(QAddProblem problem, Target target) {
    return problem.a().equals(problem.b())
        ? target.supportsVectors()
        : Support.no("shapes %s and %s differ", problem.a(), problem.b());
  }

  @Override
  public HostProgram prepare(QAddProblem problem, PrepareContext context) {
    Int8Elements elements = Int8Elements.of(context.target());
    BroadcastIndex index = BroadcastIndex.of(problem.output(), problem.a(), problem.b());
    return new ElementwiseProgram(
        problem.output().elementCount(),
        (a, from, to) -> {
          long rest =
              elements.add(
                  problem, a.inputValues(0), a.inputValues(1), a.outputValues(0), from, to);
          ReferenceQAdd.run(problem, index, a, rest, to);
        });
  }
}
