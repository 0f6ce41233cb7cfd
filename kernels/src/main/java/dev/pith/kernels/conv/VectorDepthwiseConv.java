package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.FloatRows;
import dev.pith.kernels.matmul.FloatTile;
import dev.pith.kernels.matmul.FloatWeights;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link ConvProblem} on F32 activations with one input channel a group and dense weights. A work
 * item is one output channel of one image: its plane is brought into the form of {@link ConvPlanes}
 * in scratch, so that every tap is a run of neighbouring floats, and sums of all positions are
 * computed one vector after another.
 */
public final class VectorDepthwiseConv implements HostKernel<ConvProblem> {

  @Override
  public Support supports(ConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    if (g.inputChannels() != g.groups()) {
      return Support.no("%d input channels in %d groups", g.inputChannels(), g.groups());
    }
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    if (!target.supportsVectors().isSupported()) {
      return target.supportsVectors();
    }
    return FloatWeights.supports(problem.input(), problem.weight(), problem.layout());
  }

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    FloatRows rows = FloatRows.of(context.target());
    FloatWeights weights =
        new FloatWeights(
            rows, problem.weight(), problem.layout(), g.outputChannels(), g.taps(), context);
    ConvPlanes planes = new ConvPlanes(g, false, 4);
    return new Run(problem, FloatTile.of(context.target()), rows, weights, planes);
  }

  private record Run(
      ConvProblem problem, FloatTile tile, FloatRows rows, FloatWeights weights, ConvPlanes planes)
      implements HostProgram {

    private long items() {
      return problem.geometry().batch() * problem.geometry().outputChannels();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, items());
    }

    // Scratch: a plane, offsets of taps, weights of taps, sums; loops run past the ends of all.

    private int slack() {
      return 4 * tile.lanes() + 16;
    }

    private int offsetsAt() {
      return Math.toIntExact(planes.planeSize()) + slack();
    }

    private int weightsAt() {
      return offsetsAt() + planes.taps();
    }

    private int sumsAt() {
      return weightsAt() + planes.taps() + slack();
    }

    @Override
    public int scratchFloats() {
      return sumsAt() + planes.positions() + slack();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      float[] s = (float[]) scratch.heapBase().orElseThrow();
      for (int tap = 0; tap < planes.taps(); tap++) {
        s[offsetsAt() + tap] = Float.intBitsToFloat(planes.offset(tap));
      }
      for (long plane = from; plane < Math.min(to, items()); plane++) {
        plane(a, scratch, s, plane);
      }
    }

    private void plane(Arguments a, MemorySegment scratch, float[] s, long plane) {
      ConvGeometry g = problem.geometry();
      long channel = plane % g.outputChannels();
      long perInput = g.outputChannels() / g.inputChannels();
      long source = plane / g.outputChannels() * g.inputChannels() + channel / perInput;
      planes.build(a.inputValues(0), source, 0, scratch, 0);
      weights.read(a.input(1), channel, 0, planes.taps(), scratch, s, weightsAt());
      boolean bias = problem.epilogue().bias();
      float start = bias ? a.inputValues(2).get(Elements.F32, channel * 4) : 0;
      int taps = planes.taps();
      int count = planes.positions();
      tile.depthwise(s, 0, offsetsAt(), weightsAt(), taps, start, count, sumsAt());
      store(a, s, plane);
    }

    private void store(Arguments a, float[] s, long plane) {
      int length = planes.runLength();
      long out = plane * planes.outputs();
      if (problem.epilogue().residual()) {
        for (int run = 0; run < planes.runs(); run++) {
          long at = (out + (long) run * length) * 4;
          rows.add(s, sumsAt() + planes.runStart(run), length, a.inputValues(3), at);
        }
      }
      rows.activate(s, sumsAt(), planes.positions(), problem.epilogue().activation());
      for (int run = 0; run < planes.runs(); run++) {
        long at = (out + (long) run * length) * 4;
        rows.copyOut(s, sumsAt() + planes.runStart(run), length, a.outputValues(0), at);
      }
    }
  }
}
