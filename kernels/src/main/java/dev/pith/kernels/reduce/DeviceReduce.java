package dev.pith.kernels.reduce;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link ReduceProblem} of floats on a device: a group of 64 work items for each output, whose
 * lanes are combined in a fixed order.
 */
public final class DeviceReduce implements DeviceKernel<ReduceProblem> {

  @Override
  public Support supports(ReduceProblem problem, Target target) {
    if (problem.function() == ReduceFunction.LOG_SUM_EXP) {
      return Support.no("the logarithm of a sum of exponentials has no device kernel");
    }
    return DeviceTarget.checkFloat(
        target, problem.dtype(), problem.shape().elementCount(), problem.outputs());
  }

  @Override
  public Program program(ReduceProblem problem, Target target) {
    ReduceFunction f = problem.function();
    float start =
        switch (f) {
          case PROD -> 1;
          case MAX -> Float.NEGATIVE_INFINITY;
          case MIN -> Float.POSITIVE_INFINITY;
          default -> 0;
        };
    return reductions()
        .define("X", problem.dtype())
        .launchGroups("reduce", problem.outputs())
        .input(0)
        .output(0)
        .table(axes(problem, false))
        .table(axes(problem, true))
        .ints(problem.reduced(), ProgramBuilder.code(ReduceFunction.values(), f))
        .floats(start)
        .build();
  }

  /** The source of reductions and softmax. */
  static ProgramBuilder reductions() {
    return ProgramBuilder.of(DeviceReduce.class, "reduce.cl").define("R_", ReduceFunction.values());
  }

  /** Number, extents and strides of the axes that are reduced, or of the others. */
  private static List<Integer> axes(ReduceProblem problem, boolean reduced) {
    long[] strides = problem.shape().strides();
    List<Integer> axes = new ArrayList<>();
    for (int d = 0; d < strides.length; d++) {
      if (problem.axes().contains(d) == reduced) {
        axes.add(d);
      }
    }
    List<Integer> table = new ArrayList<>();
    table.add(axes.size());
    axes.forEach(d -> table.add(problem.shape().dimInt(d)));
    axes.forEach(d -> table.add(Math.toIntExact(strides[d])));
    return table;
  }
}
