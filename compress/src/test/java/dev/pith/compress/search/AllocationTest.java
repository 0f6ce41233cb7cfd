package dev.pith.compress.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllocationTest {

  private static final Choice INT8 = Choice.ALL.get(1);
  private static final Choice FEW = Choice.ALL.get(8);

  private static Map<Choice, Double> row(double none, double int8, double few) {
    Map<Choice, Double> row = new LinkedHashMap<>();
    row.put(Choice.NONE, none);
    row.put(INT8, int8);
    row.put(FEW, few);
    return row;
  }

  @Test
  void sensitiveLayersKeepMoreAtEqualCost() {
    Map<String, Map<Choice, Double>> errors =
        Map.of("tough", row(0, 1e-5, 1e-3), "frail", row(0, 1e-3, 2));
    Map<String, Map<Choice, Double>> costs =
        Map.of("tough", row(400, 100, 50), "frail", row(400, 100, 50));
    Allocation allocation = new Allocation(errors, costs);
    assertEquals(Map.of("tough", Choice.NONE, "frail", Choice.NONE), allocation.at(0));
    assertEquals(Map.of("tough", FEW, "frail", INT8), allocation.at(0.65));
    assertEquals(Map.of("tough", FEW, "frail", FEW), allocation.at(1));
  }

  @Test
  void choicesOfUnknownCostAreNeverMade() {
    Map<String, Map<Choice, Double>> errors = Map.of("layer", row(0, 1e-5, 1e-4));
    Map<String, Map<Choice, Double>> costs = Map.of("layer", row(400, Double.NaN, 50));
    assertEquals(Map.of("layer", FEW), new Allocation(errors, costs).at(1));
  }
}
