package dev.pith.kernels.movement;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;

/** {@link GatherProblem} on a device, a work item for each element; an index outside is a fault. */
public final class DeviceGather implements DeviceKernel<GatherProblem> {

  @Override
  public Support supports(GatherProblem problem, Target target) {
    long places = places(problem);
    return DeviceTarget.checkMove(
        target,
        problem.dtype(),
        problem.batch() * places * problem.slice(),
        problem.batch() * problem.tuples() * problem.slice());
  }

  private static long places(GatherProblem problem) {
    return problem.extents().stream().reduce(1L, (a, b) -> a * b);
  }

  @Override
  public Program program(GatherProblem problem, Target target) {
    long items = problem.batch() * problem.tuples() * problem.slice();
    List<Integer> table = new ArrayList<>();
    table.add(problem.extents().size());
    problem.extents().forEach(extent -> table.add(Math.toIntExact(extent)));
    return ProgramBuilder.of(DeviceGather.class, "movement.cl")
        .define("X", DeviceTarget.bits(problem.dtype()))
        .define("INDEX", problem.indexType())
        .launch("gather", items)
        .input(0)
        .input(1)
        .output(0)
        .table(table)
        .fault("an index is outside the extents " + problem.extents())
        .ints(items, problem.slice(), problem.tuples(), places(problem))
        .ints(problem.shared() ? 1 : 0)
        .build();
  }
}
