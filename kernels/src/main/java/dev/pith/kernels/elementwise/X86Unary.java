package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/** F32 {@link UnaryProblem}s with generated x86-64 code. */
public final class X86Unary implements HostKernel<UnaryProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Unary() {
    this(GeneratedCalls.NATIVE);
  }

  X86Unary(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(UnaryProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("the element type is %s, not F32", problem.dtype());
    }
    if (!X86UnaryCode.has(problem.function())) {
      return Support.no("%s has no generated code", problem.function());
    }
    return target.supportsFloatCode();
  }

  @Override
  public HostProgram prepare(UnaryProblem problem, PrepareContext context) {
    return new Run(problem, calls.of(new X86UnaryCode(problem.function())));
  }

  private record Run(UnaryProblem problem, GeneratedCall call) implements HostProgram {

    @Override
    public long workItems(int phase) {
      long count = problem.shape().elementCount();
      return Math.max(1, (count + ElementwiseProgram.CHUNK - 1) / ElementwiseProgram.CHUNK);
    }

    @Override
    public long scratchBytes() {
      return X86RowLoop.Args.BYTES;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      long first = from * ElementwiseProgram.CHUNK;
      long count = Math.min(problem.shape().elementCount(), to * ElementwiseProgram.CHUNK) - first;
      if (count <= 0) {
        return;
      }
      X86RowLoop.begin(args, problem.alpha(), problem.beta());
      args.set(Elements.I64, X86RowLoop.Args.A, a.inputValues(0).address() + 4 * first);
      args.set(Elements.I64, X86RowLoop.Args.Y, a.outputValues(0).address() + 4 * first);
      args.set(Elements.I64, X86RowLoop.Args.LENGTH, count);
      args.set(Elements.I64, X86RowLoop.Args.ROWS, 1);
      call.run(args);
    }
  }
}
