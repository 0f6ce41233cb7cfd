package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.x86.GeneratedCalls;

/**
 * {@link LinearProblem} in fp32 with dense weights and generated x86-64 code. A work item is a
 * block of rows of x times one panel of output features; their weights are turned into a panel in
 * scratch each time, so that none are kept twice.
 */
public final class X86Linear implements HostKernel<LinearProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Linear() {
    this(GeneratedCalls.NATIVE);
  }

  X86Linear(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(LinearProblem problem, Target target) {
    if (X86FmaCode.bits(target) == 0) {
      return Support.no("%s runs no generated code with AVX2 and FMA", target.architecture());
    }
    if (problem.input() != DType.F32 || problem.weight() != DType.F32) {
      return Support.no("operands are %s and %s, not F32", problem.input(), problem.weight());
    }
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    return Support.YES;
  }

  @Override
  public HostProgram prepare(LinearProblem problem, PrepareContext context) {
    int bits = X86FmaCode.bits(context.target());
    TileBlocks blocks =
        TileBlocks.of(bits, problem.m(), problem.n(), 1, context.target().threads());
    X86PanelProduct product =
        new X86PanelProduct(
            calls,
            bits,
            problem.m(),
            problem.n(),
            problem.k(),
            true,
            1,
            problem.epilogue(),
            blocks.rows());
    return new Run(problem, product, blocks);
  }

  private static final class Run extends X86ProductRun {

    private final LinearProblem problem;

    Run(LinearProblem problem, X86PanelProduct product, TileBlocks blocks) {
      super(product, blocks);
      this.problem = problem;
    }

    @Override
    X86PanelProduct.Operands operands(Arguments a, long matrix, long row, int count) {
      long bias = problem.epilogue().bias() ? a.inputValues(2).address() : 0;
      long out = 4 * row * problem.n();
      long residual = problem.epilogue().residual() ? a.inputValues(3).address() + out : 0;
      return new X86PanelProduct.Operands(
          a.inputValues(0).address() + 4 * row * problem.k(),
          4 * problem.k(),
          4,
          a.inputValues(1).address(),
          bias,
          residual,
          a.outputValues(0).address() + out,
          count);
    }
  }
}
