package dev.pith.runtime.cuda;

import dev.pith.kernels.tensor.Elements;
import dev.pith.runtime.cuda.CudaBlas.Precision;
import dev.pith.runtime.cuda.CudaDriver.Handle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** cuSPARSE on the host. */
final class FakeSparse implements CudaSparse {

  private static final long BUFFER = 512;

  private final FakeCuda cuda;

  private record Described(
      Product product, long offsets, long columns, long values, long x, long y) {}

  FakeSparse(FakeCuda cuda) {
    this.cuda = cuda;
  }

  @Override
  public String version() {
    return "12.5";
  }

  @Override
  public Handle create(Handle stream) {
    cuda.call("cusparseCreate");
    return cuda.made("sparse", stream);
  }

  @Override
  public void destroy(Handle handle) {
    cuda.unmade(handle, "sparse");
  }

  @Override
  public Handle describe(Product p, long offsets, long columns, long values, long x, long y) {
    return cuda.made("description", new Described(p, offsets, columns, values, x, y));
  }

  @Override
  public void release(Handle description) {
    cuda.unmade(description, "description");
  }

  @Override
  public long bufferBytes(Handle handle, Handle description) {
    cuda.call("bufferBytes");
    return BUFFER;
  }

  @Override
  public void multiply(Handle handle, Handle description, long buffer) {
    Described d = (Described) ((FakeCuda.Made) description).content();
    cuda.call("multiplySparse", d.product());
    cuda.memory(buffer).asSlice(0, BUFFER);
    cuda.enqueue((Handle) ((FakeCuda.Made) handle).content(), () -> multiply(d));
  }

  private void multiply(Described d) {
    Product p = d.product();
    for (int i = 0; i < p.m(); i++) {
      for (int row = 0; row < p.n(); row++) {
        double sum = p.format() == Format.CSR ? csr(d, i, row) : blocks(d, i, row);
        long at = (long) i * p.n() + row;
        if (p.precision() == Precision.I8) {
          cuda.memory(d.y()).set(Elements.I32, 4 * at, (int) (long) sum);
        } else {
          cuda.memory(d.y()).set(Elements.F32, 4 * at, (float) sum);
        }
      }
    }
  }

  private double csr(Described d, int i, int row) {
    MemorySegment offsets = cuda.memory(d.offsets());
    double sum = 0;
    for (int e = offsets.get(Elements.I32, 4L * row);
        e < offsets.get(Elements.I32, 4L * row + 4);
        e++) {
      sum += product(d, i, cuda.memory(d.columns()).get(Elements.I32, 4L * e), e);
    }
    return sum;
  }

  private double blocks(Described d, int i, int row) {
    Product p = d.product();
    long across = p.stored() / p.n() / p.block();
    double sum = 0;
    for (int b = 0; b < across; b++) {
      int column = cuda.memory(d.columns()).get(Elements.I32, 4 * (row / p.block() * across + b));
      for (int c = 0; column >= 0 && c < p.block(); c++) {
        sum += product(d, i, column * p.block() + c, (row * across + b) * p.block() + c);
      }
    }
    return sum;
  }

  private double product(Described d, int i, int column, long stored) {
    Product p = d.product();
    long at = (long) i * p.k() + column;
    if (p.precision() == Precision.I8) {
      return cuda.memory(d.values()).get(ValueLayout.JAVA_BYTE, stored)
          * cuda.memory(d.x()).get(ValueLayout.JAVA_BYTE, at);
    }
    return FakeBlas.value(p.precision(), cuda.memory(d.values()), stored)
        * FakeBlas.value(p.precision(), cuda.memory(d.x()), at);
  }
}
