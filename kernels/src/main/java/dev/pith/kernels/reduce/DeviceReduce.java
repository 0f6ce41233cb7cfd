package dev.pith.kernels.reduce;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link ReduceProblem} on a device: a group of 64 work items for each output, whose lanes are
 * combined in a fixed order.
 */
public final class DeviceReduce implements DeviceKernel<ReduceProblem> {

  @Override
  public Support supports(ReduceProblem problem, Target target) {
    boolean integers = !problem.dtype().isFloat();
    if (integers && problem.reduced() == 0 && isExtreme(problem.function())) {
      return Support.no("the extreme of no %s has no device kernel", problem.dtype());
    }
    return DeviceTarget.checkNumbers(
        target, problem.dtype(), problem.shape().elementCount(), problem.outputs());
  }

  private static boolean isExtreme(ReduceFunction f) {
    return f == ReduceFunction.MAX || f == ReduceFunction.MIN;
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
    boolean exponentials = f == ReduceFunction.LOG_SUM_EXP;
    ProgramBuilder program =
        reductions(problem.dtype())
            .launchGroups(exponentials ? "log_sum_exp" : "reduce", problem.outputs())
            .input(0)
            .output(0)
            .table(axes(problem, false))
            .table(axes(problem, true))
            .ints(problem.reduced());
    return exponentials
        ? program.build()
        : program.ints(ProgramBuilder.code(ReduceFunction.values(), f)).floats(start).build();
  }

  /** The source of reductions and softmax. */
  static ProgramBuilder reductions(DType type) {
    return ProgramBuilder.prelude()
        .numbers(type)
        .define("R_", ReduceFunction.values())
        .include(DeviceReduce.class, "reduce.cl");
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
