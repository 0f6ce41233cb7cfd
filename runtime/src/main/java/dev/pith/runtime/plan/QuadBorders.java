package dev.pith.runtime.plan;

import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quads.QuadDemand;
import java.util.HashMap;
import java.util.Map;

/**
 * The border of each value in quads: as wide as any reader needs, the same for all values that are
 * to have the same, and made of the byte that the first reader that needs one asks for.
 */
final class QuadBorders {

  /** A value → another value with the same border; roots are not there. */
  private final Map<String, String> same = new HashMap<>();

  private final Map<String, Integer> borders = new HashMap<>();
  private final Map<String, Integer> paddings = new HashMap<>();

  private QuadBorders() {}

  /**
   * The borders of a plan.
   *
   * @param demands what steps that are to work on quads ask for, by their number
   */
  static QuadBorders of(Plan plan, Map<Integer, QuadDemand> demands) {
    QuadBorders result = new QuadBorders();
    demands.forEach((i, demand) -> result.unite(plan.steps().get(i), demand));
    demands.forEach((i, demand) -> result.widen(plan.steps().get(i), demand));
    return result;
  }

  private String root(String value) {
    String root = value;
    while (same.containsKey(root)) {
      root = same.get(root);
    }
    return root;
  }

  private void unite(Step step, QuadDemand demand) {
    String root = root(step.node().output(0));
    for (int i = demand.alike(); i < demand.shapes().size(); i++) {
      String other = root(step.node().input(i));
      if (!other.equals(root)) {
        same.put(other, root);
      }
    }
  }

  private void widen(Step step, QuadDemand demand) {
    if (demand.border() > 0) {
      String input = step.node().input(0);
      borders.merge(root(input), demand.border(), Math::max);
      paddings.putIfAbsent(input, demand.padding());
    }
  }

  /** The form of {@code value}. */
  Quads of(String value) {
    return new Quads(borders.getOrDefault(root(value), 0), paddings.getOrDefault(value, 0));
  }
}
