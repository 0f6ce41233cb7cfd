package dev.pith.kernels.reduce;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.reduce.X86SoftmaxCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/** F32 softmax along the last axis with generated x86-64 code. A work item is one row. */
public final class X86Softmax implements HostKernel<SoftmaxProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Softmax() {
    this(GeneratedCalls.NATIVE);
  }

  X86Softmax(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(SoftmaxProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", problem.dtype());
    }
    if (problem.function() != SoftmaxFunction.SOFTMAX) {
      return Support.no("%s has no generated code", problem.function());
    }
    if (problem.inner() != 1) {
      return Support.no("elements of a row lie %d apart", problem.inner());
    }
    return target.supportsFloatCode();
  }

  @Override
  public HostProgram prepare(SoftmaxProblem problem, PrepareContext context) {
    return new Run(problem.outer(), problem.n(), calls.of(new X86SoftmaxCode()));
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
      if (count <= 0 || length == 0) {
        return;
      }
      args.set(Elements.I64, Args.X, a.inputValues(0).address() + 4 * from * length);
      args.set(Elements.I64, Args.Y, a.outputValues(0).address() + 4 * from * length);
      args.set(Elements.I64, Args.LENGTH, length);
      args.set(Elements.I64, Args.ROWS, count);
      call.run(args);
    }
  }
}
