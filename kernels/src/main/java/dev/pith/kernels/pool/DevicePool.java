package dev.pith.kernels.pool;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.device.Window;
import dev.pith.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@link PoolProblem} on a device, one work item for each window; maxima of bytes too. */
public final class DevicePool implements DeviceKernel<PoolProblem> {

  @Override
  public Support supports(PoolProblem problem, Target target) {
    PoolGeometry g = problem.geometry();
    if (g.axes() > Window.AXES) {
      return Support.no("%d spatial axes; 1 to 3 are supported", g.axes());
    }
    long inputs = g.planes() * g.inputPixels();
    boolean bytes = problem.dtype() == DType.U8 || problem.dtype() == DType.I8;
    return bytes && problem.function() == PoolFunction.MAX
        ? DeviceTarget.check(target, inputs, g.planes() * g.outputPixels())
        : DeviceTarget.checkFloat(target, problem.dtype(), inputs, g.planes() * g.outputPixels());
  }

  @Override
  public Program program(PoolProblem problem, Target target) {
    PoolGeometry g = problem.geometry();
    long items = g.planes() * g.outputPixels();
    boolean max = problem.function() == PoolFunction.MAX;
    List<Integer> window = window(g, g.input(), g.padsBegin());
    ProgramBuilder program =
        ProgramBuilder.of(DevicePool.class, "pool.cl").define("X", problem.dtype());
    if (problem.indices()) {
      return program
          .launch("pool_places", items)
          .input(0)
          .output(0)
          .output(1)
          .table(window)
          .table(columnMajor(problem))
          .ints(items, g.outputPixels(), g.inputPixels())
          .floats(lowest(problem.dtype()))
          .build();
    }
    if (problem.function() == PoolFunction.LP) {
      return program
          .launch("pool_norm", items)
          .input(0)
          .output(0)
          .table(window)
          .ints(items, g.outputPixels(), g.inputPixels())
          .floats(problem.p())
          .build();
    }
    program.launch(max ? "pool_max" : "pool_average", items).input(0).output(0).table(window);
    if (!max) {
      program.table(problem.countPadding() ? padded(g) : window);
    }
    program.ints(items, g.outputPixels(), g.inputPixels(), g.taps());
    return max ? program.floats(lowest(problem.dtype())).build() : program.build();
  }

  /** Number of axes and extents where the first axis is to be fastest, otherwise 0 axes. */
  private static List<Integer> columnMajor(PoolProblem problem) {
    List<Integer> table = new ArrayList<>();
    if (problem.columnMajor()) {
      table.add(problem.geometry().axes());
      problem.geometry().input().forEach(extent -> table.add(Math.toIntExact(extent)));
    } else {
      table.add(0);
    }
    return table;
  }

  private static float lowest(DType type) {
    return switch (type) {
      case I8 -> -128;
      case U8 -> 0;
      default -> Float.NEGATIVE_INFINITY;
    };
  }

  /** The same windows over the padded input, in which padding is inside. */
  private static List<Integer> padded(PoolGeometry g) {
    List<Long> extents = new ArrayList<>();
    for (int i = 0; i < g.axes(); i++) {
      extents.add(g.padsBegin().get(i) + g.input().get(i) + g.padsEnd().get(i));
    }
    return window(g, extents, Collections.nCopies(g.axes(), 0L));
  }

  private static List<Integer> window(PoolGeometry g, List<Long> input, List<Long> pads) {
    return Window.table(input, g.kernel(), g.strides(), g.dilations(), pads, g.output());
  }
}
