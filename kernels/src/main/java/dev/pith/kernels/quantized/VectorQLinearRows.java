package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link QLinearProblem} with few rows of activations, as dot products with the Vector API ({@link
 * LinearRows}), for weights whose layout is not sparse.
 */
public final class VectorQLinearRows implements HostKernel<QLinearProblem> {

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    return problem.layout().isSparse()
        ? Support.no(
            "%s weights would be decoded; their non-zeros can be listed", problem.layout().name())
        : VectorTargets.supportsRows(problem.m(), target);
  }

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    LinearRows.Sink sink =
        (a, shared, m, n, acc) ->
            Requantized.store(
                problem.requantize(),
                a.outputValues(0),
                m * problem.n() + n,
                acc,
                a.inputValues(2).get(Elements.F32, n * 4));
    return new Run(
        problem,
        new LinearRows(
            VectorTargets.dot(context.target()),
            problem.m(),
            problem.n(),
            problem.k(),
            problem.layout(),
            problem.bias(),
            sink));
  }

  private record Run(QLinearProblem problem, LinearRows rows) implements HostProgram {

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? problem.m() : rows.items());
    }

    @Override
    public long sharedBytes() {
      return rows.activationBytes();
    }

    @Override
    public long scratchBytes() {
      return rows.scratchBytes() + rows.decodedBytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 1) {
        rows.run(a, shared, scratch, from, to);
        return;
      }
      int zero = problem.requantize().inputZeroPoint();
      for (long row = from; row < Math.min(to, problem.m()); row++) {
        rows.unpack(a.inputValues(0), row * problem.k(), row, zero, shared);
      }
    }
  }
}
