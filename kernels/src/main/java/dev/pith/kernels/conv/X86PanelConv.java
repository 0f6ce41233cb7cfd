package dev.pith.kernels.conv;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.X86FmaCode;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.x86.GeneratedCalls;

/**
 * {@link ConvProblem} on F32 activations with dense weights and generated x86-64 code: a product of
 * the weights ({@link X86ConvWeights}) with panels of what neighbouring outputs read. Panels hold
 * outputs only, whatever the width of the image, and are made a chunk of columns at a time, which
 * costs about as much as multiplying them with five rows.
 */
public final class X86PanelConv implements HostKernel<ConvProblem> {

  /** Fewer outputs leave most of a panel empty. */
  private static final int FEWEST_OUTPUTS = 8;

  /** Rows of a group from which on making panels pays. */
  private static final int FEWEST_ROWS = 12;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86PanelConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86PanelConv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    Support able = X86Conv.takes(problem, target);
    if (!able.isSupported()) {
      return able;
    }
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    long rows = g.outputChannels() / g.groups();
    if (rows < FEWEST_ROWS) {
      return Support.no("%d outputs of a group; panels pay from %d on", rows, FEWEST_ROWS);
    }
    if (g.outputPixels() < FEWEST_OUTPUTS) {
      return Support.no(
          "%d outputs of a channel; a panel needs %d", g.outputPixels(), FEWEST_OUTPUTS);
    }
    int runs = X86PanelRows.mostRuns(new ConvPlanes(g, true, 4));
    if (runs > X86PanelCode.MOST_RUNS) {
      return Support.no("eight outputs lie in %d rows", runs);
    }
    return Support.YES;
  }

  @Override
  public String arithmetic(ConvProblem problem) {
    return VectorConv.ARITHMETIC;
  }

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    if (problem.weight() != DType.F32 && context.constant(1) == null) {
      return new VectorConv().prepare(problem, context);
    }
    X86ConvWeights weights = X86ConvWeights.of(problem, context);
    int bits = X86FmaCode.bits(context.target());
    return new X86PanelConvRun(calls, problem, weights, bits, context.target().threads());
  }
}
