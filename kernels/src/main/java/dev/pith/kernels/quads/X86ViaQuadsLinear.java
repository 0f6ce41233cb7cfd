package dev.pith.kernels.quads;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.util.List;

/**
 * {@link QLinearProblem} on rows: {@link X86QuadConv} with the rows for pixels of an image of one
 * row, between two transpositions ({@link RowsToQuads}, {@link QuadsToRows}).
 */
public final class X86ViaQuadsLinear implements HostKernel<QLinearProblem> {

  /** Fewer rows than this leave most of a tile empty. */
  static final int FEWEST = 8;

  /** Offsets are 32-bit. */
  private static final long MOST = 1L << 30;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86ViaQuadsLinear() {
    this(GeneratedCalls.NATIVE);
  }

  X86ViaQuadsLinear(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    if (problem.requantize().output() != DType.U8) {
      return Support.no("the output is %s; quads are U8", problem.requantize().output());
    }
    if (problem.m() < FEWEST) {
      return Support.no("%d rows; a unit of pixels needs %d to pay", problem.m(), FEWEST);
    }
    if (problem.k() < 4 || problem.n() < 1) {
      return Support.no("k=%d is less than one quad", problem.k());
    }
    if (problem.m() * problem.k() > MOST || problem.m() * problem.n() > MOST) {
      return Support.no("%d rows of %d and %d bytes", problem.m(), problem.k(), problem.n());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    List<Long> ones = List.of(1L, 1L);
    List<Long> none = List.of(0L, 0L);
    ConvGeometry g =
        new ConvGeometry(
            1, problem.k(), problem.n(), 1, List.of(1L, problem.m()), ones, ones, ones, none, none);
    QConvProblem conv = new QConvProblem(g, problem.layout(), problem.bias(), problem.requantize());
    Quads quads = new Quads(0, 0);
    ArrangedProblem layer =
        new ArrangedProblem(conv, List.of(quads), List.of(g.inputShape()), quads, g.outputShape());
    QuadGrid input = layer.inputGrid(0);
    QuadGrid output = layer.outputGrid();
    return new QuadChain(
        new RowsToQuads(calls, input),
        (QuadProgram) new X86QuadConv(calls).prepare(layer, context),
        new QuadsToRows(calls, output),
        input.byteSize(),
        output.byteSize());
  }
}
