package dev.pith.kernels.conv;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.X86DepthwiseCode.Args;
import dev.pith.kernels.matmul.X86FmaCode;
import dev.pith.kernels.matmul.X86ProductCode.End;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * {@link ConvProblem} on F32 activations with one input and one output channel a group, dense F32
 * weights and generated x86-64 code. Input and weights are read where they are: nothing is padded,
 * split or packed. A work item is one channel of one image.
 */
public final class X86DepthwiseConv implements HostKernel<ConvProblem> {

  /** Taps are unrolled. */
  private static final int MOST_TAPS = 49;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86DepthwiseConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86DepthwiseConv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    if (X86FmaCode.bits(target) == 0) {
      return Support.no("%s runs no generated code with AVX2 and FMA", target.architecture());
    }
    if (problem.input() != DType.F32 || problem.weight() != DType.F32) {
      return Support.no("operands are %s and %s, not F32", problem.input(), problem.weight());
    }
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    if (!g.isDepthwise() || g.taps() > MOST_TAPS) {
      return Support.no(
          "%d to %d channels in %d groups, %d taps",
          g.inputChannels(), g.outputChannels(), g.groups(), g.taps());
    }
    Activation.Kind activation = problem.epilogue().activation().kind();
    if (problem.epilogue().residual() || !End.takes(activation)) {
      return Support.no("residual %b, then %s", problem.epilogue().residual(), activation);
    }
    String refusal = DepthwiseUnits.refusal(g);
    return refusal == null ? Support.YES : Support.no("%s", refusal);
  }

  @Override
  public String arithmetic(ConvProblem problem) {
    return VectorConv.ARITHMETIC;
  }

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    Activation.Kind activation = problem.epilogue().activation().kind();
    DepthwiseUnits units = new DepthwiseUnits(problem.geometry(), activation);
    return new Run(problem, units, calls.of(units.code()));
  }

  private record Run(ConvProblem problem, DepthwiseUnits units, GeneratedCall call)
      implements HostProgram {

    /** What sums begin with where there is no bias; behind the arguments. */
    private static final int ZERO_AT = Args.BYTES;

    private long items() {
      return problem.geometry().batch() * problem.geometry().outputChannels();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, items());
    }

    @Override
    public long scratchBytes() {
      return ZERO_AT + 64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
      ConvGeometry g = problem.geometry();
      Activation activation = problem.epilogue().activation();
      boolean clips = activation.kind() == Activation.Kind.CLIP;
      boolean bias = problem.epilogue().bias();
      units.begin(args);
      args.set(Elements.F32, ZERO_AT, 0);
      args.set(Elements.F32, Args.ALPHA, clips ? activation.alpha() : 0);
      args.set(Elements.F32, Args.BETA, activation.beta());
      args.set(Elements.I64, Args.X_PLANE, 4 * g.inputPixels());
      args.set(Elements.I64, Args.Y_PLANE, 4 * g.outputPixels());
      args.set(Elements.I64, Args.BIAS_STEP, bias ? 4 : 0);
      long end = Math.min(to, items());
      for (long plane = from; plane < end; ) {
        long channel = plane % g.outputChannels();
        long some = Math.min(end - plane, g.outputChannels() - channel);
        long x = a.inputValues(0).address() + 4 * g.inputPixels() * plane;
        args.set(Elements.I64, Args.X, x);
        args.set(Elements.I64, Args.Y, a.outputValues(0).address() + 4 * g.outputPixels() * plane);
        args.set(Elements.I64, Args.PLANES, some);
        args.set(Elements.I64, Args.WEIGHTS, a.inputValues(1).address() + 4 * g.taps() * channel);
        long start = bias ? a.inputValues(2).address() + 4 * channel : args.address() + ZERO_AT;
        args.set(Elements.I64, Args.BIAS, start);
        call.run(args);
        plane += some;
      }
    }
  }
}
