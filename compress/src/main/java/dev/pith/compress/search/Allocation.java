package dev.pith.compress.search;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Chooses for each layer by what a choice costs and what error it brings: the one with the smallest
 * error + λ · cost, where errors of layers are taken to add up. A small λ keeps accuracy, a large
 * one saves; going through λ visits the best trade-offs (Shoham and Gersho 1988).
 */
final class Allocation {

  private final Map<String, Map<Choice, Double>> errors;
  private final Map<String, Map<Choice, Double>> costs;

  /**
   * An allocation.
   *
   * @param errors by layer and choice; a layer's choices are those that are listed
   * @param costs by layer and choice, in any unit
   */
  Allocation(Map<String, Map<Choice, Double>> errors, Map<String, Map<Choice, Double>> costs) {
    this.errors = errors;
    this.costs = costs;
  }

  /**
   * The allocation at a strength.
   *
   * @param strength from 0, an error of 1e-5 for the cost of the whole network, to 1, one of 100
   */
  Map<String, Choice> at(double strength) {
    double unit = 0;
    for (Map<Choice, Double> layer : costs.values()) {
      unit +=
          layer.values().stream().mapToDouble(c -> c).filter(c -> !Double.isNaN(c)).max().orElse(0);
    }
    return choose(Math.pow(10, -5 + 7 * strength) / Math.max(unit, 1e-30));
  }

  private Map<String, Choice> choose(double lambda) {
    Map<String, Choice> chosen = new LinkedHashMap<>();
    errors.forEach(
        (layer, choices) -> {
          Choice best = Choice.NONE;
          double least = Double.POSITIVE_INFINITY;
          for (Map.Entry<Choice, Double> entry : choices.entrySet()) {
            double total = entry.getValue() + lambda * costs.get(layer).get(entry.getKey());
            // A cost that is not known, NaN, never wins.
            if (total < least) {
              least = total;
              best = entry.getKey();
            }
          }
          chosen.put(layer, best);
        });
    return chosen;
  }
}
