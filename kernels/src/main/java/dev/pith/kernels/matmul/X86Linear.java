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
import java.lang.foreign.MemorySegment;

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

  private record Run(LinearProblem problem, X86PanelProduct product, TileBlocks blocks)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, blocks.items());
    }

    @Override
    public long scratchBytes() {
      return product.scratchBytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      product.begin(scratch);
      long x = a.inputValues(0).address();
      long weight = a.inputValues(1).address();
      long bias = problem.epilogue().bias() ? a.inputValues(2).address() : 0;
      long y = a.outputValues(0).address();
      long residual = problem.epilogue().residual() ? a.inputValues(3).address() : 0;
      for (long item = from; item < Math.min(to, blocks.items()); item++) {
        long row = blocks.row(item);
        long in = 4 * row * problem.k();
        long out = 4 * row * problem.n();
        X86PanelProduct.Operands operands =
            new X86PanelProduct.Operands(
                x + in,
                4 * problem.k(),
                4,
                weight,
                bias,
                residual == 0 ? 0 : residual + out,
                y + out,
                blocks.count(item));
        product.run(scratch, operands, blocks.column(item));
      }
    }
  }
}
