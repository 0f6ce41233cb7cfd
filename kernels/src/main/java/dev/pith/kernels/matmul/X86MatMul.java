package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.GeneratedCalls;

/**
 * {@link MatMulProblem} in fp32 with generated x86-64 code: a work item is a block of rows times
 * one panel of columns of one matrix of the result ({@link X86PanelProduct}). A transposed A is
 * read in place.
 */
public final class X86MatMul implements HostKernel<MatMulProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86MatMul() {
    this(GeneratedCalls.NATIVE);
  }

  X86MatMul(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(MatMulProblem problem, Target target) {
    if (X86FmaCode.bits(target) == 0) {
      return Support.no("%s runs no generated code with AVX2 and FMA", target.architecture());
    }
    if (problem.dtype() != DType.F32) {
      return Support.no("operands are %s, not F32", problem.dtype());
    }
    return Support.YES;
  }

  @Override
  public String arithmetic(MatMulProblem problem) {
    return "ascending_fma";
  }

  @Override
  public HostProgram prepare(MatMulProblem problem, PrepareContext context) {
    int bits = X86FmaCode.bits(context.target());
    BatchIndex index = BatchIndex.of(problem);
    TileBlocks blocks =
        TileBlocks.of(bits, problem.m(), problem.n(), index.count(), context.target().threads());
    X86PanelProduct product =
        new X86PanelProduct(
            calls,
            bits,
            problem.m(),
            problem.n(),
            problem.k(),
            problem.transposeB(),
            problem.alpha(),
            Epilogue.NONE,
            blocks.rows());
    return new Run(problem, index, product, blocks);
  }

  private static final class Run extends X86ProductRun {

    private final MatMulProblem problem;
    private final BatchIndex index;

    Run(MatMulProblem problem, BatchIndex index, X86PanelProduct product, TileBlocks blocks) {
      super(product, blocks);
      this.problem = problem;
      this.index = index;
    }

    @Override
    X86PanelProduct.Operands operands(Arguments a, long matrix, long row, int count) {
      long rowStep = problem.transposeA() ? 4 : 4 * problem.k();
      return new X86PanelProduct.Operands(
          a.inputValues(0).address() + 4 * index.a(matrix) + row * rowStep,
          rowStep,
          problem.transposeA() ? 4 * problem.m() : 4,
          a.inputValues(1).address() + 4 * index.b(matrix),
          0,
          0,
          a.outputValues(0).address() + 4 * (matrix * problem.m() + row) * problem.n(),
          count);
    }
  }
}
