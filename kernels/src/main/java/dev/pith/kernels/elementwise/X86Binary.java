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

/**
 * F32 {@link BinaryProblem}s with generated x86-64 code: one call for all rows along which both
 * operands move by even steps.
 */
public final class X86Binary implements HostKernel<BinaryProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86Binary() {
    this(GeneratedCalls.NATIVE);
  }

  X86Binary(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(BinaryProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("the element type is %s, not F32", problem.dtype());
    }
    if (!X86BinaryCode.has(problem.function())) {
      return Support.no("%s has no generated code", problem.function());
    }
    return target.supportsFloatCode();
  }

  @Override
  public HostProgram prepare(BinaryProblem problem, PrepareContext context) {
    BroadcastRows rows = BroadcastRows.of(problem.output(), problem.a(), problem.b());
    X86BinaryCode code = new X86BinaryCode(problem.function(), rows.isScalar(0), rows.isScalar(1));
    return new Run(problem.output().elementCount(), rows, calls.of(code));
  }

  private record Run(long count, BroadcastRows rows, GeneratedCall call) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, (count + ElementwiseProgram.CHUNK - 1) / ElementwiseProgram.CHUNK);
    }

    @Override
    public long scratchBytes() {
      return X86RowLoop.Args.BYTES;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      X86RowLoop.begin(args, 0, 0);
      long length = rows.length();
      long end = Math.min(count, to * ElementwiseProgram.CHUNK);
      for (long at = from * ElementwiseProgram.CHUNK; at < end; ) {
        long row = at / length;
        long column = at - row * length;
        boolean whole = column == 0 && end - at >= length;
        long n = whole ? length : Math.min(length - column, end - at);
        long group = whole ? Math.min((end - at) / length, rows.evenRows(row)) : 1;
        args.set(
            Elements.I64,
            X86RowLoop.Args.A,
            a.inputValues(0).address() + 4 * rows.at(0, row, column));
        args.set(
            Elements.I64,
            X86RowLoop.Args.B,
            a.inputValues(1).address() + 4 * rows.at(1, row, column));
        args.set(Elements.I64, X86RowLoop.Args.A_ROW, 4 * rows.rowStep(0));
        args.set(Elements.I64, X86RowLoop.Args.B_ROW, 4 * rows.rowStep(1));
        args.set(Elements.I64, X86RowLoop.Args.Y, a.outputValues(0).address() + 4 * at);
        args.set(Elements.I64, X86RowLoop.Args.LENGTH, n);
        args.set(Elements.I64, X86RowLoop.Args.ROWS, group);
        call.run(args);
        at += n * group;
      }
    }
  }
}
