package dev.pith.runtime.plan.tune;

import dev.pith.kernels.Problem;
import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.quads.ArrangedProblem;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Planner.KernelSelector;
import dev.pith.runtime.plan.Step;
import java.util.ArrayList;
import java.util.List;

/** The weight of a step, and the same step with its weight in another form. Stateless. */
public final class WeightLayout {

  private WeightLayout() {}

  /** The step's weight, or {@code null} where it has none that could be held otherwise. */
  public static Tensor weight(Step step) {
    WeightedProblem problem = weighted(step.problem());
    return problem != null && step.constants().size() > problem.weightInput()
        ? step.constants().get(problem.weightInput())
        : null;
  }

  /**
   * The problem with a weight that {@code problem} is or holds; {@code null} where there is none.
   */
  private static WeightedProblem weighted(Problem problem) {
    return switch (problem) {
      case WeightedProblem weighted -> weighted;
      case ArrangedProblem arranged -> weighted(arranged.problem());
      default -> null;
    };
  }

  /** The problem of a step that has a weight, with the weight in another layout. */
  static Problem problem(Problem problem, Layout layout) {
    return switch (problem) {
      case WeightedProblem weighted -> weighted.withLayout(layout);
      case ArrangedProblem a ->
          new ArrangedProblem(
              problem(a.problem(), layout), a.inputs(), a.shapes(), a.output(), a.outputShape());
      default -> throw new IllegalArgumentException(problem + " has no weight");
    };
  }

  /**
   * Time of a step that has a weight with another weight in its place; see {@link
   * KernelSelector#time}.
   */
  public static long time(Step step, Tensor weight, KernelSelector selector) {
    List<Tensor> constants = new ArrayList<>(step.constants());
    constants.set(weighted(step.problem()).weightInput(), weight);
    Operands operands = new Operands(constants, step.inputs(), step.outputs());
    return selector.time(problem(step.problem(), weight.layout()), operands);
  }
}
