package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.Shape;

/** {@link QConcatProblem} on a device, one work item for each output element. */
public final class DeviceQConcat implements DeviceKernel<QConcatProblem> {

  @Override
  public Support supports(QConcatProblem problem, Target target) {
    return DeviceTarget.check(target, problem.output().elementCount());
  }

  @Override
  public Program program(QConcatProblem problem, Target target) {
    ProgramBuilder program = ProgramBuilder.of(DeviceQConcat.class, "q_elementwise.cl");
    Shape output = problem.output();
    long outRun = output.elementCount(problem.axis(), output.rank());
    long offset = 0;
    for (int i = 0; i < problem.inputs().size(); i++) {
      Shape input = problem.inputs().get(i);
      long run = input.elementCount(problem.axis(), input.rank());
      if (run > 0) {
        program
            .launch("q_concat", input.elementCount())
            .input(i)
            .output(0)
            .ints(input.elementCount(), run, outRun, offset)
            .ints(problem.zeroPoints().get(i), problem.zeroPoint())
            .floats(problem.ratios().get(i));
      }
      offset += run;
    }
    return program.build();
  }
}
