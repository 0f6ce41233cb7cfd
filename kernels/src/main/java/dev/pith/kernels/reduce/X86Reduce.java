package dev.pith.kernels.reduce;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.reduce.X86ReduceCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * F32 sums and means along the last axes (global average pooling among them) with generated x86-64
 * code. A work item is one row.
 */
public final class X86Reduce implements HostKernel<ReduceProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Reduce() {
    this(GeneratedCalls.NATIVE);
  }

  X86Reduce(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ReduceProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", problem.dtype());
    }
    if (!X86ReduceCode.has(problem.function())) {
      return Support.no("%s has no generated code", problem.function());
    }
    if (!problem.isContiguous() || problem.reduced() > 1 && problem.inner() != 1) {
      return Support.no("axes %s of %s are not the last", problem.axes(), problem.shape());
    }
    return target.supportsFloatCode();
  }

  @Override
  public HostProgram prepare(ReduceProblem problem, PrepareContext context) {
    GeneratedCall call = calls.of(new X86ReduceCode(problem.function()));
    return new Run(problem.outputs(), problem.reduced(), call);
  }

  private record Run(long rows, long length, GeneratedCall call) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, rows);
    }

    @Override
    public long scratchBytes() {
      return Args.BYTES;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      long count = Math.min(to, rows) - from;
      if (count <= 0) {
        return;
      }
      args.set(Elements.I64, Args.X, a.inputValues(0).address() + 4 * from * length);
      args.set(Elements.I64, Args.Y, a.outputValues(0).address() + 4 * from);
      args.set(Elements.I64, Args.LENGTH, length);
      args.set(Elements.I64, Args.ROWS, count);
      args.set(Elements.F32, Args.COUNT, (float) length);
      call.run(args);
    }
  }
}
