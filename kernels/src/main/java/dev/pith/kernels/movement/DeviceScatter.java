package dev.pith.kernels.movement;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link ScatterProblem} on a device: a copy, then a work item for each element of a slice, which
 * takes the updates in order.
 */
public final class DeviceScatter implements DeviceKernel<ScatterProblem> {

  @Override
  public Support supports(ScatterProblem p, Target target) {
    return ScatterSource.supports(
        target, p.dtype(), p.reduction(), elements(p), p.tuples() * p.slice());
  }

  @Override
  public Program program(ScatterProblem p, Target target) {
    List<Integer> table = new ArrayList<>();
    table.add(p.extents().size());
    p.extents().forEach(extent -> table.add(Math.toIntExact(extent)));
    return ScatterSource.of(p.dtype(), p.indexType(), p.reduction(), elements(p))
        .launch("scatter", p.tuples() == 0 ? 0 : p.slice())
        .input(1)
        .input(2)
        .output(0)
        .table(table)
        .fault("an index is outside the extents " + p.extents())
        .ints(p.slice(), p.tuples())
        .build();
  }

  private static long elements(ScatterProblem p) {
    return p.extents().stream().reduce(p.slice(), (a, b) -> a * b);
  }
}
