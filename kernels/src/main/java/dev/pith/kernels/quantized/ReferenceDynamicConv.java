package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Plain loops over {@link DynamicConvProblem}: the oracle, for every layout. The first phase
 * quantizes images; in the second a work item is one output channel, whose weight row is decoded
 * into scratch.
 */
public final class ReferenceDynamicConv implements ReferenceKernel<DynamicConvProblem> {

  @Override
  public HostProgram prepare(DynamicConvProblem problem, PrepareContext context) {
    ConvGeometry g = problem.geometry();
    return new Run(
        problem,
        new DynamicRows(g.batch(), g.inputChannels() * g.inputPixels()),
        new FloatEpilogue(problem.epilogue()),
        new ConvSum(g, DType.U8, DType.I8));
  }

  private record Run(
      DynamicConvProblem problem, DynamicRows rows, FloatEpilogue epilogue, ConvSum sum)
      implements HostProgram {

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public long workItems(int phase) {
      ConvGeometry g = problem.geometry();
      return Math.max(1, phase == 0 ? g.batch() : g.outputChannels());
    }

    @Override
    public long scratchBytes() {
      return problem.geometry().columns();
    }

    @Override
    public long sharedBytes() {
      return rows.bytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 0) {
        rows.quantize(a.inputValues(0), shared, from, to);
        return;
      }
      ConvGeometry g = problem.geometry();
      MemorySegment quantized = rows.values(shared);
      Tensor weight = a.input(1);
      for (long channel = from; channel < Math.min(to, g.outputChannels()); channel++) {
        weight.layout().decodeRows(weight, channel, channel + 1, scratch);
        for (long image = 0; image < g.batch(); image++) {
          int zero = rows.zeroPoint(shared, image);
          long first = (image * g.outputChannels() + channel) * g.outputPixels();
          for (long at = first; at < first + g.outputPixels(); at++) {
            int acc = sum.rowSum(quantized, zero, scratch, at);
            epilogue.store(a, at, channel, acc, rows.scale(shared, image));
          }
        }
      }
    }
  }
}
