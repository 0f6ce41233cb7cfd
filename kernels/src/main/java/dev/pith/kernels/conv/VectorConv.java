package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.FloatRows;
import dev.pith.kernels.matmul.FloatWeights;
import java.lang.foreign.MemorySegment;

/**
 * {@link ConvProblem} on F32 activations as matrix products of panels, for weights of any layout
 * and of type F32, F16, BF16 or I8. The first phase brings the input into the form of {@link
 * ConvPlanes} unless it has it already; in the second, a work item multiplies a block of weight
 * rows with the panels of some neighbouring outputs, as {@link ConvPanels} lays them out. Weights
 * are read where they are: nothing is repacked and nothing is expanded beyond one block.
 */
public final class VectorConv implements HostKernel<ConvProblem> {

  /** One chain of fused multiply-adds in the order of the columns, beginning with the bias. */
  static final String ARITHMETIC = "ascending_fma";

  @Override
  public Support supports(ConvProblem problem, Target target) {
    if (!target.supportsVectors().isSupported()) {
      return target.supportsVectors();
    }
    int together = ConvBlocks.rowsTogether(problem.layout());
    ConvGeometry g = problem.geometry();
    if (g.groups() > 1 && g.outputChannels() / g.groups() % together != 0) {
      return Support.no(
          "blocks of %d rows cross the %d groups of %d outputs",
          together, g.groups(), g.outputChannels());
    }
    return FloatWeights.supports(problem.input(), problem.weight(), problem.layout());
  }

  @Override
  public String arithmetic(ConvProblem problem) {
    return ARITHMETIC;
  }

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    FloatRows rows = FloatRows.of(context.target());
    FloatWeights weights =
        new FloatWeights(
            rows, problem.weight(), problem.layout(), g.outputChannels(), g.columns(), context);
    ConvPlanes planes = new ConvPlanes(g, true, 4);
    return new Run(planes, new ConvBlocks(problem, context.target(), planes, weights, rows));
  }

  private record Run(ConvPlanes planes, ConvBlocks blocks) implements HostProgram {

    @Override
    public int phases() {
      return planes.isDirect() ? 1 : 2;
    }

    private boolean isBuilding(int phase) {
      return phase == 0 && !planes.isDirect();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, isBuilding(phase) ? planes.planes() : blocks.items());
    }

    @Override
    public int scratchFloats() {
      return blocks.scratchFloats();
    }

    @Override
    public long sharedBytes() {
      return planes.bytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment x = a.inputValues(0);
      if (isBuilding(phase)) {
        planes.build(x, 0, shared, from, to);
      } else {
        blocks.run(planes.isDirect() ? x : shared, a, scratch, from, to);
      }
    }
  }
}
