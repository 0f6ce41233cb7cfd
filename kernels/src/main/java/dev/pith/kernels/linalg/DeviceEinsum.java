package dev.pith.kernels.linalg;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;

/** {@link EinsumProblem} of up to four inputs on a device, a work item for each element. */
public final class DeviceEinsum implements DeviceKernel<EinsumProblem> {

  @Override
  public Support supports(EinsumProblem p, Target target) {
    int inputs = p.terms().size();
    return inputs > 4
        ? Support.no("%d inputs; up to 4 are supported", inputs)
        : DeviceTarget.checkNumbers(target, p.dtype(), p.outputs(), p.summed());
  }

  @Override
  public Program program(EinsumProblem p, Target target) {
    List<Integer> table = new ArrayList<>();
    table.add(p.extents().size());
    p.extents().forEach(extent -> table.add(Math.toIntExact(extent)));
    p.terms().forEach(term -> term.forEach(step -> table.add(Math.toIntExact(step))));
    return ProgramBuilder.prelude()
        .numbers(p.dtype())
        .include(DeviceEinsum.class, "linalg.cl")
        .launch("einsum", p.outputs())
        .input(0)
        .input(1)
        .input(2)
        .input(3)
        .output(0)
        .table(table)
        .ints(p.outputs(), p.terms().size(), p.kept(), p.summed())
        .build();
  }
}
