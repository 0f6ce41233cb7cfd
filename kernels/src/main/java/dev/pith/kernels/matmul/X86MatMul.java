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
import java.lang.foreign.MemorySegment;

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

  private record Run(
      MatMulProblem problem, BatchIndex index, X86PanelProduct product, TileBlocks blocks)
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
      long left = a.inputValues(0).address();
      long right = a.inputValues(1).address();
      long y = a.outputValues(0).address();
      long rowStep = problem.transposeA() ? 4 : 4 * problem.k();
      long step = problem.transposeA() ? 4 * problem.m() : 4;
      for (long item = from; item < Math.min(to, blocks.items()); item++) {
        long matrix = blocks.matrix(item);
        long row = blocks.row(item);
        X86PanelProduct.Operands operands =
            new X86PanelProduct.Operands(
                left + 4 * index.a(matrix) + row * rowStep,
                rowStep,
                step,
                right + 4 * index.b(matrix),
                0,
                0,
                y + 4 * (matrix * problem.m() + row) * problem.n(),
                blocks.count(item));
        product.run(scratch, operands, blocks.column(item));
      }
    }
  }
}
