package dev.pith.kernels.matmul;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.Shape;
import java.util.Arrays;

/**
 * {@link MatMulProblem} of floats on a device: a group of 64 work items computes a tile of 32 × 32
 * from tiles of both factors in local memory, an item 4 × 4 of it.
 */
public final class DeviceMatMul implements DeviceKernel<MatMulProblem> {

  private static final int TILE = 32;

  @Override
  public String arithmetic(MatMulProblem problem) {
    return problem.dtype().isFloat() ? ANY_ORDER : name();
  }

  @Override
  public Support supports(MatMulProblem problem, Target target) {
    if (!problem.dtype().isFloat() && problem.alpha() != (int) problem.alpha()) {
      return Support.no("integers times %s have no device kernel", problem.alpha());
    }
    long count = problem.batch().elementCount();
    return DeviceTarget.checkNumbers(
        target,
        problem.dtype(),
        problem.a().elementCount(),
        problem.b().elementCount(),
        count * problem.m() * problem.n());
  }

  @Override
  public Program program(MatMulProblem problem, Target target) {
    MatMulProblem p = problem;
    long tiles = (p.m() + TILE - 1) / TILE * ((p.n() + TILE - 1) / TILE);
    return ProgramBuilder.prelude()
        .numbers(p.dtype())
        .include(DeviceMatMul.class, "mat_mul.cl")
        .launchGroups("mat_mul", p.batch().elementCount() * tiles)
        .input(0)
        .input(1)
        .output(0)
        .table(Broadcast.table(p.batch(), leading(p.a()), leading(p.b())))
        .ints(p.m(), p.n(), p.k())
        .ints(p.transposeA() ? 1 : p.k(), p.transposeA() ? p.m() : 1)
        .ints(p.transposeB() ? 1 : p.n(), p.transposeB() ? p.k() : 1)
        .ints(p.m() * p.k(), p.k() * p.n())
        .floats(p.alpha())
        .build();
  }

  /** The batch of a shape. */
  static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }
}
