package dev.pith.kernels.movement;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** {@link CopyProblem} on a device: a launch for each block, a work item for each element. */
public final class DeviceCopy implements DeviceKernel<CopyProblem> {

  /** No copy has so many inputs: a null pointer. */
  private static final int ABSENT = Integer.MAX_VALUE;

  @Override
  public Support supports(CopyProblem problem, Target target) {
    return DeviceTarget.checkMove(
        target,
        problem.dtype(),
        problem.outputs().stream().mapToLong(Shape::elementCount).max().orElse(0));
  }

  @Override
  public Program program(CopyProblem problem, Target target) {
    ProgramBuilder program =
        ProgramBuilder.of(DeviceCopy.class, "movement.cl")
            .define("X", DeviceTarget.bits(problem.dtype()))
            .define("INDEX", DType.I32);
    for (CopyBlock block : problem.blocks()) {
      List<Integer> table = new ArrayList<>();
      table.add(block.axes().size());
      block.axes().forEach(axis -> table.add(Math.toIntExact(axis.extent())));
      block.axes().forEach(axis -> table.add(Math.toIntExact(axis.fromStride())));
      block.axes().forEach(axis -> table.add(Math.toIntExact(axis.toStride())));
      boolean zeros = block.input() == CopyBlock.ZEROS;
      program
          .launch("copy", block.elementCount())
          .input(zeros ? ABSENT : block.input())
          .output(block.output())
          .table(table)
          .ints(block.elementCount(), block.from(), block.to(), zeros ? 1 : 0);
    }
    return program.build();
  }
}
