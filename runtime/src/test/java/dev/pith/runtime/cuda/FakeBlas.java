package dev.pith.runtime.cuda;

import dev.pith.kernels.tensor.Elements;
import dev.pith.runtime.cuda.CudaDriver.Handle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** cuBLAS on the host, with the rules that cuBLAS has for its operands checked. */
final class FakeBlas implements CudaBlas {

  private final FakeCuda cuda;

  FakeBlas(FakeCuda cuda) {
    this.cuda = cuda;
  }

  @Override
  public String version() {
    return "12.6";
  }

  @Override
  public Handle create(Handle stream, long workspace, long workspaceBytes) {
    cuda.call("cublasCreate");
    cuda.memory(workspace).asSlice(0, workspaceBytes);
    return cuda.made("blas", stream);
  }

  @Override
  public void destroy(Handle handle) {
    cuda.unmade(handle, "blas");
  }

  @Override
  public void multiply(Handle handle, Product p, long x, long w, long y) {
    cuda.call("multiply", p);
    if (p.precision() == Precision.I8) {
      check(p.m() % 16 == 0 && p.n() % 16 == 0 && p.k() % 16 == 0, p + " is not padded");
      check(!p.transposeX() && p.transposeW() && p.alpha() == 1, p + " is not rows by rows");
      check(x % 16 == 0 && w % 16 == 0 && y % 16 == 0, "operands are not aligned");
    }
    cuda.enqueue(
        (Handle) ((FakeCuda.Made) handle).content(),
        () -> multiply(p, cuda.memory(x), cuda.memory(w), cuda.memory(y)));
  }

  private static void check(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalStateException(problem);
    }
  }

  private static void multiply(Product p, MemorySegment x, MemorySegment w, MemorySegment y) {
    for (int b = 0; b < p.batch(); b++) {
      for (int i = 0; i < p.m(); i++) {
        for (int j = 0; j < p.n(); j++) {
          long at = ((long) b * p.m() + i) * p.n() + j;
          long ones = 0;
          double sum = 0;
          for (int k = 0; k < p.k(); k++) {
            long a =
                b * p.strideX() + (p.transposeX() ? (long) k * p.m() + i : (long) i * p.k() + k);
            long c =
                b * p.strideW() + (p.transposeW() ? (long) j * p.k() + k : (long) k * p.n() + j);
            if (p.precision() == Precision.I8) {
              ones += x.get(ValueLayout.JAVA_BYTE, a) * w.get(ValueLayout.JAVA_BYTE, c);
            } else {
              sum += value(p.precision(), x, a) * value(p.precision(), w, c);
            }
          }
          if (p.precision() == Precision.I8) {
            y.set(Elements.I32, 4 * at, (int) ones);
          } else {
            y.set(Elements.F32, 4 * at, (float) (p.alpha() * sum));
          }
        }
      }
    }
  }

  static double value(Precision precision, MemorySegment values, long index) {
    return precision == Precision.F16
        ? Float.float16ToFloat(values.get(Elements.I16, 2 * index))
        : values.get(Elements.F32, 4 * index);
  }
}
