package dev.pith.runtime.plan;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quads.QConvAddProblem;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Joins int8 additions with the convolutions that make one of their summands, where nobody else
 * reads that summand: {@link QConvAddProblem}. The joined step is where the addition was; where
 * both summands come from such convolutions, the later one is joined.
 */
final class ResidualSums {

  private final Plan plan;

  /** Value → the step that makes it, where that is a convolution. */
  private final Map<String, Integer> convolutions = new HashMap<>();

  private final Map<String, Integer> readers = new HashMap<>();

  private ResidualSums(Plan plan) {
    this.plan = plan;
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      if (step.problem() instanceof QConvProblem) {
        convolutions.put(step.node().output(0), i);
      }
      step.node().inputs().forEach(this::reads);
    }
    plan.outputs().forEach(this::reads);
    plan.aliases().values().forEach(this::reads);
  }

  private void reads(String value) {
    readers.merge(value, 1, Integer::sum);
  }

  /**
   * The plan with joined steps. Their selections mean nothing: no kernel works on them as they are,
   * in rows.
   *
   * @param isPossible whether a joined step can be arranged in quads
   */
  static Plan join(Plan plan, Predicate<Step> isPossible) {
    return new ResidualSums(plan).join(isPossible);
  }

  private Plan join(Predicate<Step> isPossible) {
    Map<Integer, Step> joined = new HashMap<>();
    Set<Integer> gone = new HashSet<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      int place =
          step.problem() instanceof QAddProblem add && add.a().equals(add.b()) ? summand(step) : -1;
      if (place >= 0) {
        int conv = convolutions.get(step.node().input(place));
        Step both = both(plan.steps().get(conv), step, place);
        if (isPossible.test(both)) {
          joined.put(i, both);
          gone.add(conv);
        }
      }
    }
    if (joined.isEmpty()) {
      return plan;
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (!gone.contains(i)) {
        steps.add(joined.getOrDefault(i, plan.steps().get(i)));
      }
    }
    return new Plan(
        plan.inputs(),
        List.copyOf(steps),
        plan.aliases(),
        plan.types(),
        plan.known(),
        plan.memory(),
        plan.outputs());
  }

  /** The input that a convolution makes for this addition alone, the later of two; −1 if none. */
  private int summand(Step add) {
    int best = -1;
    int last = -1;
    for (int place = 0; place < 2; place++) {
      String value = add.node().input(place);
      int conv = readers.get(value) == 1 ? convolutions.getOrDefault(value, -1) : -1;
      if (conv > last) {
        last = conv;
        best = place;
      }
    }
    return best;
  }

  private static Step both(Step conv, Step add, int place) {
    List<String> names = new ArrayList<>(conv.node().inputs());
    names.add(1, add.node().input(1 - place));
    List<Tensor> constants = new ArrayList<>(conv.constants());
    constants.add(1, add.constants().get(1 - place));
    List<TensorType> inputs = new ArrayList<>(conv.inputs());
    inputs.add(1, add.inputs().get(1 - place));
    QAddProblem sum = (QAddProblem) add.problem();
    Problem problem =
        new QConvAddProblem((QConvProblem) conv.problem(), place == 0 ? sum : swapped(sum));
    String name = conv.node().name() + " + " + add.node().name();
    Node node = new Node(name, conv.node().op(), names, add.node().outputs());
    return new Step(node, problem, conv.selection(), constants, inputs, add.outputs());
  }

  /** The same sum with its summands exchanged; adding two floats has no order. */
  private static QAddProblem swapped(QAddProblem sum) {
    return new QAddProblem(
        sum.b(),
        sum.a(),
        sum.bZeroPoint(),
        sum.bRatio(),
        sum.aZeroPoint(),
        sum.aRatio(),
        sum.zeroPoint(),
        sum.low(),
        sum.high());
  }
}
