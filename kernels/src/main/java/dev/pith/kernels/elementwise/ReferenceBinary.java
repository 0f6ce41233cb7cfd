package dev.pith.kernels.elementwise;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/** Plain loop over output elements, double or long arithmetic: the oracle. */
public final class ReferenceBinary implements HostKernel<BinaryProblem> {

  private static final long CHUNK = 4096;

  @Override
  public String name() {
    return "reference_binary";
  }

  @Override
  public Support supports(BinaryProblem problem, Target target) {
    return Support.YES;
  }

  @Override
  public HostProgram prepare(BinaryProblem problem, PrepareContext context) {
    Shape out = problem.output();
    long[] dims = out.dims();
    long[] strideA = problem.a().broadcastStrides(out);
    long[] strideB = problem.b().broadcastStrides(out);
    long count = out.elementCount();
    DType type = problem.dtype();
    return new HostProgram() {
      @Override
      public long workItems(int phase) {
        return Math.max(1, (count + CHUNK - 1) / CHUNK);
      }

      @Override
      public void run(
          int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
        MemorySegment x = a.inputValues(0);
        MemorySegment y = a.inputValues(1);
        MemorySegment z = a.outputValues(0);
        long end = Math.min(count, to * CHUNK);
        for (long i = from * CHUNK; i < end; i++) {
          long rest = i;
          long ia = 0;
          long ib = 0;
          for (int d = dims.length - 1; d >= 0; d--) {
            long coordinate = rest % dims[d];
            rest /= dims[d];
            ia += coordinate * strideA[d];
            ib += coordinate * strideB[d];
          }
          if (type.isFloat()) {
            double p = Elements.getDouble(type, x, ia);
            double q = Elements.getDouble(type, y, ib);
            Elements.setDouble(type, z, i, problem.function().apply(p, q));
          } else {
            long p = Elements.getLong(type, x, ia);
            long q = Elements.getLong(type, y, ib);
            Elements.setLong(type, z, i, problem.function().apply(p, q));
          }
        }
      }
    };
  }
}
