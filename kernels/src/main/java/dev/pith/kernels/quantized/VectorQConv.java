package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvPlanes;
import java.lang.foreign.MemorySegment;

/**
 * {@link QConvProblem} as matrix products of tiles, with the Vector API, for weights of any layout.
 * The first phase brings the input into the form of {@link ConvPlanes} unless it has it already; in
 * the second, tiles are multiplied as {@link ConvTiles} says.
 */
public final class VectorQConv implements HostKernel<QConvProblem> {

  @Override
  public Support supports(QConvProblem problem, Target target) {
    return VectorTargets.supports(target);
  }

  @Override
  public HostProgram prepare(QConvProblem problem, PrepareContext context) {
    ConvGeometry geometry = problem.geometry();
    Int8Tile tile = VectorTargets.tile(context.target());
    ConvPlanes planes = new ConvPlanes(geometry, true, 1);
    ConvTiles tiles =
        new ConvTiles(
            tile,
            geometry,
            planes,
            problem.layout(),
            context.target().threads(),
            (shared, image) -> problem.requantize().inputZeroPoint(),
            problem.bias(),
            new QuantizedSink(tile, planes, problem.requantize(), geometry.outputChannels()));
    return new Run(problem, planes, tiles);
  }

  private record Run(QConvProblem problem, ConvPlanes planes, ConvTiles tiles)
      implements HostProgram {

    @Override
    public int phases() {
      return planes.isDirect() ? 1 : 2;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, isBuilding(phase) ? planes.planes() : tiles.items());
    }

    private boolean isBuilding(int phase) {
      return phase == 0 && !planes.isDirect();
    }

    @Override
    public long scratchBytes() {
      return tiles.scratchBytes();
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
        planes.build(x, problem.requantize().inputZeroPoint(), shared, from, to);
      } else {
        tiles.run(planes.isDirect() ? x : shared, a, shared, scratch, from, to);
      }
    }
  }
}
