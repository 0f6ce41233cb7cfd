package dev.pith.kernels.normalize;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.normalize.X86NormalizeCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/** Layer norms of F32 rows with generated x86-64 code. A work item is one row. */
public final class X86Normalize implements HostKernel<NormalizeProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Normalize() {
    this(GeneratedCalls.NATIVE);
  }

  X86Normalize(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(NormalizeProblem p, Target target) {
    if (p.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", p.dtype());
    }
    if (p.inner() != 1 || p.channels() != p.columns() || !p.scale()) {
      return Support.no("rows of %d have not as many scales", p.columns());
    }
    if (p.moments() > 0) {
      return Support.no("%d moments are wanted", p.moments());
    }
    return target.supportsFloatCode();
  }

  @Override
  public HostProgram prepare(NormalizeProblem problem, PrepareContext context) {
    return new Run(problem, calls.of(new X86NormalizeCode(problem.centered(), problem.bias())));
  }

  private record Run(NormalizeProblem p, GeneratedCall call) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, p.rows());
    }

    @Override
    public long scratchBytes() {
      return Args.BYTES;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      long count = Math.min(to, p.rows()) - from;
      if (count <= 0 || p.columns() == 0) {
        return;
      }
      args.set(Elements.I64, Args.X, a.inputValues(0).address() + 4 * from * p.columns());
      args.set(Elements.I64, Args.Y, a.outputValues(0).address() + 4 * from * p.columns());
      args.set(Elements.I64, Args.SCALE, a.inputValues(1).address());
      args.set(Elements.I64, Args.BIAS, p.bias() ? a.inputValues(2).address() : 0);
      args.set(Elements.I64, Args.LENGTH, p.columns());
      args.set(Elements.I64, Args.ROWS, count);
      args.set(Elements.F32, Args.COUNT, (float) p.columns());
      args.set(Elements.F32, Args.EPSILON, p.epsilon());
      call.run(args);
    }
  }
}
