package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvPlanes;
import dev.pith.kernels.tensor.ByteCopy;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link QConvProblem} with one input channel a group, with the Vector API. A work item is one
 * output channel of one image: its sums are computed straight from the bytes of its plane, in the
 * order of positions of {@link ConvPlanes}, into scratch, from where rows are copied to the output.
 *
 * <p>Sums are of w · x, not w · (x − zx): the difference, zx · Σ w, is taken from the bias.
 */
public final class VectorQDepthwiseConv implements HostKernel<QConvProblem> {

  @Override
  public Support supports(QConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    if (g.inputChannels() != g.groups()) {
      return Support.no("%d input channels in %d groups", g.inputChannels(), g.groups());
    }
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    if (g.taps() > Int8Tile.EXACT) {
      return Support.no("%d taps; at most %d are exact in fp32", g.taps(), Int8Tile.EXACT);
    }
    if (problem.requantize().output() == DType.F32) {
      return Support.no("the output is F32");
    }
    return VectorTargets.supports(target);
  }

  @Override
  public HostProgram prepare(QConvProblem problem, PrepareContext context) {
    Int8Tile tile = VectorTargets.tile(context.target());
    return new Run(problem, tile, new ConvPlanes(problem.geometry(), false, 1));
  }

  private record Run(QConvProblem problem, Int8Tile tile, ConvPlanes planes)
      implements HostProgram {

    @Override
    public int phases() {
      return 2;
    }

    private long outputPlanes() {
      return problem.geometry().batch() * problem.geometry().outputChannels();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? planes.planes() : outputPlanes());
    }

    @Override
    public long sharedBytes() {
      return planes.bytes();
    }

    // Scratch: sums of a tile, floats and offsets of the taps, a plane of results.

    private long weights() {
      return tile.rowBytes();
    }

    private long offsets() {
      return weights() + (planes.taps() + 64) * 4 + 63 & -64;
    }

    private long results() {
      return offsets() + planes.taps() * 4 + 63 & -64;
    }

    @Override
    public long scratchBytes() {
      return results() + planes.positions() + tile.width() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 0) {
        planes.build(a.inputValues(0), problem.requantize().inputZeroPoint(), shared, from, to);
        return;
      }
      for (int tap = 0; tap < planes.taps(); tap++) {
        scratch.set(Elements.I32, offsets() + tap * 4L, planes.offset(tap));
      }
      for (long plane = from; plane < Math.min(to, outputPlanes()); plane++) {
        plane(a, shared, scratch, plane);
      }
    }

    private void plane(Arguments a, MemorySegment x, MemorySegment s, long plane) {
      ConvGeometry g = problem.geometry();
      int taps = planes.taps();
      long channel = plane % g.outputChannels();
      long perInput = g.outputChannels() / g.inputChannels();
      long source = plane / g.outputChannels() * g.inputChannels() + channel / perInput;
      tile.widen(a.inputValues(1), channel * taps, taps, s, weights());
      int start = problem.bias() ? a.inputValues(3).get(Elements.I32, channel * 4) : 0;
      for (int tap = 0; tap < taps; tap++) {
        int weight = (int) s.get(Elements.F32, weights() + tap * 4L);
        start -= problem.requantize().inputZeroPoint() * weight;
      }
      float scale = a.inputValues(2).get(Elements.F32, channel * 4);
      Requantize r = problem.requantize();
      long base = source * planes.planeSize();
      for (int at = 0; at < planes.positions(); at += tile.width()) {
        tile.depthwise(x, base + at, s, offsets(), weights(), taps, start, 0);
        tile.requantize(s, 0, scale, r.zeroPoint(), r.low(), r.high(), s, results() + at);
      }
      copy(s, a.outputValues(0), plane * planes.outputs());
    }

    private void copy(MemorySegment s, MemorySegment y, long out) {
      int length = planes.runLength();
      for (int run = 0; run < planes.runs(); run++) {
        long at = results() + planes.runStart(run);
        ByteCopy.copy(s, at, y, out + (long) run * length, length);
      }
    }
  }
}
