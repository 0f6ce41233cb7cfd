package dev.pith.kernels.quads;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.x86.GeneratedCalls;
import java.util.List;
import java.util.Optional;

/** {@link QConvProblem} on rows: {@link X86QuadConv} between two changes of arrangement. */
public final class X86ViaQuadsConv implements HostKernel<QConvProblem> {

  private final X86QuadRearrange rearrange;
  private final X86QuadConv conv;

  /** The kernel whose code the processor runs. */
  public X86ViaQuadsConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86ViaQuadsConv(GeneratedCalls calls) {
    this.rearrange = new X86QuadRearrange(calls);
    this.conv = new X86QuadConv(calls);
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QConvProblem problem, Target target) {
    Optional<QuadDemand> demand = QuadDemand.of(problem);
    return demand.isEmpty()
        ? Support.no(
            "a convolution over %d axes to %s",
            problem.geometry().axes(), problem.requantize().output())
        : conv.supports(arranged(problem, demand.get()), target);
  }

  private static ArrangedProblem arranged(QConvProblem problem, QuadDemand demand) {
    Quads input = new Quads(demand.border(), problem.requantize().inputZeroPoint());
    // With the same pitch units run over the ends of rows.
    Quads output = new Quads(demand.alike() == 0 ? demand.border() : 0, 0);
    return new ArrangedProblem(problem, List.of(input), demand.shapes(), output, demand.output());
  }

  @Override
  public HostProgram prepare(QConvProblem problem, PrepareContext context) {
    ArrangedProblem layer = arranged(problem, QuadDemand.of(problem).orElseThrow());
    Arrangement input = layer.inputs().get(0);
    return new QuadChain(
        rearrange(Arrangement.ROWS, layer.shapes().get(0), input, context),
        (QuadProgram) conv.prepare(layer, context),
        rearrange(layer.output(), layer.outputShape(), Arrangement.ROWS, context),
        layer.inputGrid(0).byteSize(),
        layer.outputGrid().byteSize());
  }

  private QuadProgram rearrange(
      Arrangement from, Shape shape, Arrangement to, PrepareContext context) {
    RearrangeProblem change = new RearrangeProblem(shape);
    ArrangedProblem problem = new ArrangedProblem(change, List.of(from), List.of(shape), to, shape);
    return (QuadProgram) rearrange.prepare(problem, context);
  }
}
