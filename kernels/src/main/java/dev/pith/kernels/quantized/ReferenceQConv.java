package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.TapIndex;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link QConvProblem}: the oracle, for every layout. One work item is one output
 * channel of one image, whose weight row is decoded into scratch.
 */
public final class ReferenceQConv implements ReferenceKernel<QConvProblem> {

  @Override
  public HostProgram prepare(QConvProblem problem, PrepareContext context) {
    return new Run(problem, TapIndex.of(problem.geometry()));
  }

  private record Run(QConvProblem problem, TapIndex index) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, problem.geometry().batch() * problem.geometry().outputChannels());
    }

    @Override
    public long scratchBytes() {
      return problem.geometry().columns();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      ConvGeometry g = problem.geometry();
      long channels = g.outputChannels();
      long end = Math.min(to, g.batch() * channels);
      for (long item = from; item < end; item++) {
        long channel = item % channels;
        Tensor weight = a.input(1);
        weight.layout().decodeRows(weight, channel, channel + 1, scratch);
        plane(a, item / channels, channel, scratch);
      }
    }

    private void plane(Arguments a, long image, long channel, MemorySegment weights) {
      ConvGeometry g = problem.geometry();
      long pixels = g.outputPixels();
      long depth = g.inputChannels() / g.groups();
      long firstInput = channel / (g.outputChannels() / g.groups()) * depth;
      long base = (image * g.inputChannels() + firstInput) * g.inputPixels();
      float scale = a.inputValues(2).get(Elements.F32, channel * 4);
      int bias = problem.bias() ? a.inputValues(3).get(Elements.I32, channel * 4) : 0;
      long out = (image * g.outputChannels() + channel) * pixels;
      for (long p = 0; p < pixels; p++) {
        int acc = bias + sum(a.inputValues(0), base, p, depth, weights);
        Requantized.store(problem.requantize(), a.outputValues(0), out + p, acc, scale);
      }
    }

    private int sum(MemorySegment x, long base, long pixel, long depth, MemorySegment weights) {
      long plane = problem.geometry().inputPixels();
      long taps = problem.geometry().taps();
      int zero = problem.requantize().inputZeroPoint();
      int acc = 0;
      for (long tap = 0; tap < taps; tap++) {
        long at = index.inputPixel(pixel, tap);
        if (at < 0) {
          continue;
        }
        for (long c = 0; c < depth; c++) {
          int activation = (x.get(JAVA_BYTE, base + c * plane + at) & 255) - zero;
          acc += weights.get(JAVA_BYTE, tap * depth + c) * activation;
        }
      }
      return acc;
    }
  }
}
