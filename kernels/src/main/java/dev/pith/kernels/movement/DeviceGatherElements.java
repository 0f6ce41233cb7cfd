package dev.pith.kernels.movement;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;

/** {@link GatherElementsProblem} on a device, a work item for each element. */
public final class DeviceGatherElements implements DeviceKernel<GatherElementsProblem> {

  @Override
  public Support supports(GatherElementsProblem p, Target target) {
    return DeviceTarget.checkMove(
        target, p.dtype(), p.x().elementCount(), p.indices().elementCount());
  }

  @Override
  public Program program(GatherElementsProblem p, Target target) {
    List<Integer> table = new ArrayList<>();
    table.add(p.x().rank());
    for (long extent : p.indices().dims()) {
      table.add(Math.toIntExact(extent));
    }
    for (long stride : p.x().strides()) {
      table.add(Math.toIntExact(stride));
    }
    long extent = p.x().dim(p.axis());
    return ProgramBuilder.of(DeviceGatherElements.class, "movement.cl")
        .define("X", DeviceTarget.bits(p.dtype()))
        .define("INDEX", p.indexType())
        .launch("gather_elements", p.indices().elementCount())
        .input(0)
        .input(1)
        .output(0)
        .table(table)
        .fault("an index is outside the extent " + extent + " of axis " + p.axis())
        .ints(p.indices().elementCount(), p.axis(), extent)
        .build();
  }
}
