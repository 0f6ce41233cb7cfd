package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;

/** {@link QLinearMatMulProblem} on a device, a work item for each element. */
public final class DeviceQLinearMatMul implements DeviceKernel<QLinearMatMulProblem> {

  @Override
  public Support supports(QLinearMatMulProblem p, Target target) {
    return DeviceTarget.checkDivision(
        target, p.a().elementCount(), p.b().elementCount(), p.outputShape().elementCount());
  }

  @Override
  public Program program(QLinearMatMulProblem p, Target target) {
    ProgramBuilder program =
        ProgramBuilder.of(DeviceQLinearMatMul.class, "q_integer.cl")
            .define("A", p.aType())
            .define("B", p.bType())
            .define("S", p.scale())
            .define("Y", p.output())
            .define("REQUANTIZED", 1)
            .launch("integer_mat_mul", p.outputShape().elementCount())
            .input(0)
            .input(3)
            .input(2)
            .input(5)
            .input(1)
            .input(4)
            .input(6)
            .input(7)
            .output(0);
    return DeviceMatMulInteger.extents(program, p.a(), p.b(), p.aGrid(), p.bGrid())
        .ints(IntegerRange.low(p.output()), IntegerRange.high(p.output()))
        .build();
  }
}
