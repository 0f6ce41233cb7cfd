package dev.pith.kernels.movement;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link ScatterElementsProblem} on a device: a copy, then a work item for each line along the
 * axis, which takes the line's updates in order.
 */
public final class DeviceScatterElements implements DeviceKernel<ScatterElementsProblem> {

  @Override
  public Support supports(ScatterElementsProblem p, Target target) {
    return ScatterSource.supports(
        target, p.dtype(), p.reduction(), p.x().elementCount(), p.indices().elementCount());
  }

  @Override
  public Program program(ScatterElementsProblem p, Target target) {
    long updates = p.indices().elementCount();
    long count = p.indices().dim(p.axis());
    long[] from = p.indices().strides();
    long[] to = p.x().strides();
    List<Integer> table = new ArrayList<>();
    table.add(from.length - 1);
    addOthers(table, p.indices().dims(), p.axis());
    addOthers(table, from, p.axis());
    addOthers(table, to, p.axis());
    long extent = p.x().dim(p.axis());
    return ScatterSource.of(p.dtype(), p.indexType(), p.reduction(), p.x().elementCount())
        .launch("scatter_elements", updates == 0 ? 0 : updates / count)
        .input(1)
        .input(2)
        .output(0)
        .table(table)
        .fault("an index is outside the extent " + extent + " of axis " + p.axis())
        .ints(updates / Math.max(1, count), count, from[p.axis()], extent, to[p.axis()])
        .build();
  }

  private static void addOthers(List<Integer> table, long[] values, int axis) {
    for (int d = 0; d < values.length; d++) {
      if (d != axis) {
        table.add(Math.toIntExact(values[d]));
      }
    }
  }
}
