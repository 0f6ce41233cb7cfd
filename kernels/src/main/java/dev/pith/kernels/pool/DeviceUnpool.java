package dev.pith.kernels.pool;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link UnpoolProblem} on a device: the last of those that name an element is its owner, found
 * with an atomic maximum, so that the result is the same on every device.
 */
public final class DeviceUnpool implements DeviceKernel<UnpoolProblem> {

  @Override
  public Support supports(UnpoolProblem p, Target target) {
    return DeviceTarget.checkMove(target, p.dtype(), p.output().elementCount(), p.count());
  }

  @Override
  public Program program(UnpoolProblem p, Target target) {
    long outputs = p.output().elementCount();
    List<Integer> table = new ArrayList<>();
    table.add(p.indexed().rank());
    for (int d = 0; d < p.indexed().rank(); d++) {
      table.add(p.indexed().dimInt(d));
    }
    for (int d = 0; d < p.output().rank(); d++) {
      table.add(p.output().dimInt(d));
    }
    return ProgramBuilder.of(DeviceUnpool.class, "unpool.cl")
        .define("X", DeviceTarget.bits(p.dtype()))
        .launch("unpool_clear", outputs)
        .scratch(0, 4 * outputs)
        .ints(outputs)
        .launch("unpool_own", p.count())
        .input(1)
        .scratch(0, 4 * outputs)
        .table(table)
        .fault("an index is outside the output " + p.output())
        .ints(p.count(), p.indexed().elementCount())
        .launch("unpool_values", outputs)
        .input(0)
        .scratch(0, 4 * outputs)
        .output(0)
        .ints(outputs)
        .build();
  }
}
