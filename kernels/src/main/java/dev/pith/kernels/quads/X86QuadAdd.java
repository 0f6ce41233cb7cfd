package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/** {@link QAddProblem} in quads with generated x86-64 code. A work item is one plane. */
public final class X86QuadAdd implements HostKernel<ArrangedProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadAdd() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadAdd(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof QAddProblem)) {
      return Support.no("not an int8 addition");
    }
    Support quads = QuadDemand.check(problem);
    return quads.isSupported() ? X86Isa.supportsAvx2(target) : quads;
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    QuadSum sum = QuadSum.of((QAddProblem) problem.problem());
    QuadGrid grid = problem.outputGrid();
    X86QuadBorder border = new X86QuadBorder(calls, grid, problem.outputPadding());
    return new Run(grid, sum.image(), border, sum.call(calls, true));
  }

  private record Run(QuadGrid grid, ArgumentImage image, X86QuadBorder border, GeneratedCall call)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return grid.planes();
    }

    @Override
    public long scratchBytes() {
      return Math.max(X86QuadSumCode.Args.BYTES, X86QuadBorder.BYTES);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      image.copyTo(scratch);
      long at = grid.plane(from);
      QuadSum.run(
          call,
          scratch,
          a.inputValues(0).address() + at,
          a.inputValues(1).address() + at,
          a.outputValues(0).address() + at,
          (to - from) * grid.planeBytes());
      border.fill(a.outputValues(0), from, to - from, scratch);
    }
  }
}
