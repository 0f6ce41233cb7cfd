package dev.pith.kernels.matmul;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.matmul.HalfProduct.Bias;
import dev.pith.kernels.matmul.HalfProduct.Factor;
import dev.pith.kernels.matmul.HalfProduct.Tile;
import dev.pith.kernels.tensor.DType;

/** {@link MatMulProblem} of fp16 on the matrix units of a device, either factor transposed. */
public final class DeviceHalfMatMul extends HalfProductKernel<MatMulProblem> {

  /** The kernel that computes tiles of {@code tile}. */
  public DeviceHalfMatMul(Tile tile) {
    super("device_half_mat_mul", tile);
  }

  @Override
  protected HalfProduct product(MatMulProblem p) {
    long sizeA = p.m() * p.k();
    long sizeB = p.k() * p.n();
    return new HalfProduct(
        p.m(),
        p.n(),
        p.k(),
        p.transposeA() ? Factor.turned(0, p.m(), sizeA) : Factor.straight(0, p.k(), sizeA),
        p.transposeB() ? Factor.straight(1, p.k(), sizeB) : Factor.turned(1, p.n(), sizeB),
        null,
        Broadcast.table(p.batch(), DeviceMatMul.leading(p.a()), DeviceMatMul.leading(p.b())),
        p.batch().elementCount(),
        Bias.NONE,
        p.alpha(),
        Epilogue.NONE);
  }

  @Override
  protected Support accepts(MatMulProblem p, Target target) {
    return p.dtype() == DType.F16
        ? Support.YES
        : Support.no("elements of %s; F16 is supported", p.dtype());
  }
}
