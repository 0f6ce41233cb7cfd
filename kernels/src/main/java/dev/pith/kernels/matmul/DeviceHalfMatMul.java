package dev.pith.kernels.matmul;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.matmul.HalfProduct.Bias;
import dev.pith.kernels.matmul.HalfProduct.Factor;
import dev.pith.kernels.matmul.HalfProduct.Tile;
import dev.pith.kernels.tensor.DType;

/** {@link MatMulProblem} of fp16 on the matrix units of a device, either factor transposed. */
public final class DeviceHalfMatMul implements DeviceKernel<MatMulProblem> {

  private final Tile tile;

  /** The kernel that computes tiles of {@code tile}. */
  public DeviceHalfMatMul(Tile tile) {
    this.tile = tile;
  }

  @Override
  public String name() {
    return "device_half_mat_mul_" + tile;
  }

  @Override
  public String arithmetic(MatMulProblem problem) {
    return ANY_ORDER;
  }

  @Override
  public boolean isContested(MatMulProblem problem, Target target) {
    return true;
  }

  private static HalfProduct product(MatMulProblem p) {
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
  public Support supports(MatMulProblem p, Target target) {
    return p.dtype() == DType.F16
        ? product(p).supports(target, tile)
        : Support.no("elements of %s; F16 is supported", p.dtype());
  }

  @Override
  public Program program(MatMulProblem problem, Target target) {
    return product(problem).program(tile);
  }
}
