package dev.pith.kernels.conv;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.matmul.ScalarEpilogue;
import dev.pith.kernels.matmul.WeightRows;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link ConvProblem} in double precision: the oracle, for every layout and type.
 * One work item is one output channel of one image, whose weight row is decoded into scratch.
 */
public final class ReferenceConv implements ReferenceKernel<ConvProblem> {

  @Override
  public HostProgram prepare(ConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    return new Run(
        problem,
        TapIndex.of(g),
        WeightRows.of(problem.weight(), g.outputChannels(), g.columns(), context),
        new ScalarEpilogue(problem.input(), problem.epilogue()));
  }

  private record Run(
      ConvProblem problem, TapIndex index, WeightRows weights, ScalarEpilogue epilogue)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, problem.geometry().batch() * problem.geometry().outputChannels());
    }

    @Override
    public long scratchBytes() {
      return weights.scratchBytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      ConvGeometry g = problem.geometry();
      long end = Math.min(to, g.batch() * g.outputChannels());
      for (long item = from; item < end; item++) {
        long channel = item % g.outputChannels();
        weights.load(a.input(1), channel, scratch);
        for (long pixel = 0; pixel < g.outputPixels(); pixel++) {
          double sum = sum(a.inputValues(0), item / g.outputChannels(), channel, pixel, scratch);
          epilogue.store(a, item * g.outputPixels() + pixel, channel, sum);
        }
      }
    }

    private double sum(
        MemorySegment x, long image, long channel, long pixel, MemorySegment scratch) {
      ConvGeometry g = problem.geometry();
      long plane = g.inputPixels();
      long depth = g.inputChannels() / g.groups();
      long firstInput = channel / (g.outputChannels() / g.groups()) * depth;
      long base = (image * g.inputChannels() + firstInput) * plane;
      double sum = 0;
      for (long tap = 0; tap < g.taps(); tap++) {
        long at = index.inputPixel(pixel, tap);
        if (at < 0) {
          continue;
        }
        for (long c = 0; c < depth; c++) {
          double value = Elements.getDouble(problem.input(), x, base + c * plane + at);
          sum += value * weights.get(scratch, tap * depth + c);
        }
      }
      return sum;
    }
  }
}
