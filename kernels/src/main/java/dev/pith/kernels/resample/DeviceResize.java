package dev.pith.kernels.resample;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@link ResizeProblem} of floats on a device, a work item for each element: which elements of x it
 * is made of, and their weights, are tables.
 */
public final class DeviceResize implements DeviceKernel<ResizeProblem> {

  @Override
  public Support supports(ResizeProblem p, Target target) {
    return DeviceTarget.checkFloat(
        target, p.dtype(), p.input().elementCount(), p.output().elementCount());
  }

  @Override
  public Program program(ResizeProblem p, Target target) {
    int rank = p.input().rank();
    long[] strides = p.input().strides();
    List<Integer> table = new ArrayList<>();
    table.add(rank);
    List<Integer> rest = new ArrayList<>();
    int start = 1 + 5 * rank;
    for (int d = 0; d < rank; d++) {
      ResizeTaps taps = new ResizeTaps(p, d);
      int extent = p.output().dimInt(d);
      table.addAll(List.of(extent, Math.toIntExact(strides[d]), taps.count()));
      table.add(start + rest.size());
      for (int index : taps.indices()) {
        rest.add(index);
      }
      for (float weight : taps.weights()) {
        rest.add(Float.floatToRawIntBits(weight));
      }
      boolean some = IntStream.range(0, extent).anyMatch(taps::isOutside);
      table.add(some ? start + rest.size() : 0);
      for (int i = 0; some && i < extent; i++) {
        rest.add(taps.isOutside(i) ? 1 : 0);
      }
    }
    table.addAll(rest);
    return ProgramBuilder.of(DeviceResize.class, "resample.cl")
        .define("X", p.dtype())
        .launch("resize", p.output().elementCount())
        .input(0)
        .output(0)
        .table(table)
        .ints(p.output().elementCount())
        .floats(p.extrapolation())
        .build();
  }
}
