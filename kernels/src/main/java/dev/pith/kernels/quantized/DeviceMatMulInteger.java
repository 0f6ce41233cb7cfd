package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.Broadcast;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/** {@link MatMulIntegerProblem} on a device, a work item for each element. */
public final class DeviceMatMulInteger implements DeviceKernel<MatMulIntegerProblem> {

  @Override
  public Support supports(MatMulIntegerProblem p, Target target) {
    return DeviceTarget.check(
        target, p.a().elementCount(), p.b().elementCount(), p.output().elementCount());
  }

  @Override
  public Program program(MatMulIntegerProblem p, Target target) {
    ProgramBuilder program =
        ProgramBuilder.of(DeviceMatMulInteger.class, "q_integer.cl")
            .define("A", p.aType())
            .define("B", p.bType())
            .define("Y", DType.I32)
            .launch("integer_mat_mul", p.output().elementCount())
            .input(0)
            .input(1)
            .input(p.aZero() == null ? Integer.MAX_VALUE : 2)
            .input(p.bZero() == null ? Integer.MAX_VALUE : 3)
            .output(0);
    return extents(program, p.a(), p.b(), p.aZero(), p.bZero()).ints(0, 0).build();
  }

  /** Passes the table and extents of {@code integer_mat_mul}; a grid may be absent. */
  static ProgramBuilder extents(
      ProgramBuilder program, Shape a, Shape b, Shape aGrid, Shape bGrid) {
    Shape output = MatrixSum.output(a, b);
    return program
        .table(
            Broadcast.table(
                output,
                a.with(-1, 1),
                b.with(-2, 1),
                aGrid == null ? Shape.SCALAR : aGrid,
                bGrid == null ? Shape.SCALAR : bGrid))
        .ints(output.elementCount(), a.dim(-1), b.dim(-1));
  }
}
