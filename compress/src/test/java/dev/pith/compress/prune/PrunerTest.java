package dev.pith.compress.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.testing.Nets;
import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrunerTest {

  /** A chain of layers with awkward extents; the first and last are c0 and fc. */
  private static Graph net() {
    Nets net = new Nets(3);
    String x = net.conv("c0", "x", 3, 24, 3, Activation.RELU);
    x = net.conv("c1", x, 24, 40, 3, Activation.RELU);
    x = net.conv("dw", x, 40, 40, 3, 1, 40, Activation.RELU);
    x = net.conv("c2", x, 40, 37, 1, Activation.RELU);
    x = net.conv("tiny", x, 37, 5, 1, Activation.RELU);
    x = net.flatten("flat", x);
    x = net.linear("fc1", x, 5 * 16, 30, Activation.RELU);
    x = net.linear("fc", x, 30, 10, Activation.NONE);
    return net.graph(x, 3, 4, 4);
  }

  private static PrunedLayer layer(Pruner.Result result, String name) {
    return result.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"0", "0.1", "0.5", "0.8", "0.9", "0.973", "0.999"})
  void unstructuredSparsityIsExact(double sparsity) {
    Pruner.Result result =
        Pruner.pruneAndReport(net(), PruneSpec.of(PrunePattern.UNSTRUCTURED, sparsity));
    for (String name : List.of("c1", "c2", "fc1")) {
      PrunedLayer layer = layer(result, name);
      assertEquals(Math.round(sparsity * layer.weights()), layer.zeros(), name);
      assertEquals("unstructured", layer.pattern());
    }
    for (String name : List.of("c0", "dw", "tiny", "fc")) {
      assertEquals(0, layer(result, name).zeros(), name);
      assertEquals("dense", layer(result, name).pattern());
    }
    assertEquals("is the first layer", layer(result, "c0").reason());
    assertEquals("is depthwise", layer(result, "dw").reason());
    assertEquals("has fewer than 512 weights", layer(result, "tiny").reason());
    assertEquals("is the last layer", layer(result, "fc").reason());
  }

  @Test
  void theSmallestWeightsGo() {
    Graph graph = net();
    float[] before = graph.constants().get("c1_w").toFloats();
    Graph pruned = Pruner.prune(graph, PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.7));
    float[] after = pruned.constants().get("c1_w").toFloats();
    float largestRemoved = 0;
    float smallestKept = Float.MAX_VALUE;
    for (int i = 0; i < before.length; i++) {
      if (after[i] == 0) {
        largestRemoved = Math.max(largestRemoved, Math.abs(before[i]));
      } else {
        assertEquals(before[i], after[i]);
        smallestKept = Math.min(smallestKept, Math.abs(before[i]));
      }
    }
    assertTrue(largestRemoved <= smallestKept);
  }

  @ParameterizedTest
  @CsvSource({"1,4", "2,4", "4,4", "16,4", "3,5"})
  void blocksAreAllZeroOrUntouched(int rows, int cols) {
    Graph graph = net();
    PrunePattern.Blocks blocks = new PrunePattern.Blocks(rows, cols);
    Graph pruned = Pruner.prune(graph, PruneSpec.of(blocks, 0.6));
    for (String name : List.of("c1_w", "c2_w", "fc1_w")) {
      Tensor before = graph.constants().get(name);
      Tensor after = pruned.constants().get(name);
      int columns = (int) before.columns();
      int total = 0;
      int removed = 0;
      for (int top = 0; top < before.rows(); top += rows) {
        for (int left = 0; left < columns; left += cols) {
          total++;
          removed += isRemoved(before, after, top, left, blocks) ? 1 : 0;
        }
      }
      assertEquals(Math.round(0.6 * total), removed, name);
    }
  }

  private static boolean isRemoved(
      Tensor before, Tensor after, int top, int left, PrunePattern.Blocks blocks) {
    int columns = (int) before.columns();
    int zeros = 0;
    int count = 0;
    for (int r = top; r < Math.min(top + blocks.rows(), before.rows()); r++) {
      for (int c = left; c < Math.min(left + blocks.cols(), columns); c++) {
        double value = after.getDouble((long) r * columns + c);
        assertTrue(value == 0 || value == before.getDouble((long) r * columns + c));
        zeros += value == 0 ? 1 : 0;
        count++;
      }
    }
    assertTrue(zeros == 0 || zeros == count, "a block at " + top + ", " + left + " is mixed");
    return zeros > 0;
  }

  @ParameterizedTest
  @CsvSource({"2,4", "1,4", "4,8", "1,2"})
  void nmKeepsTheLargestOfEachGroup(int n, int m) {
    Graph graph = net();
    Pruner.Result result =
        Pruner.pruneAndReport(graph, PruneSpec.of(new PrunePattern.Nm(n, m), 0.5));
    float[] before = graph.constants().get("c1_w").toFloats();
    float[] after = result.graph().constants().get("c1_w").toFloats();
    for (int group = 0; group < before.length; group += m) {
      float least = Float.MAX_VALUE;
      float most = 0;
      int kept = 0;
      for (int i = group; i < group + m; i++) {
        if (after[i] != 0) {
          kept++;
          least = Math.min(least, Math.abs(before[i]));
        } else {
          most = Math.max(most, Math.abs(before[i]));
        }
      }
      assertEquals(n, kept);
      assertTrue(least >= most);
    }
    assertEquals(1 - (double) n / m, layer(result, "c1").sparsity(), 1e-12);
  }

  @Test
  void nmRefusesChannelsThatAreNoMultiple() {
    Nets net = new Nets(1);
    String x = net.conv("a", "x", 4, 30, 3, Activation.RELU);
    x = net.conv("b", x, 30, 30, 3, Activation.RELU);
    x = net.conv("c", x, 30, 30, 3, Activation.RELU);
    Graph graph = net.graph(x, 4, 4, 4);
    Pruner.Result result =
        Pruner.pruneAndReport(graph, PruneSpec.of(new PrunePattern.Nm(2, 4), 0.5));
    assertEquals("has 30 input channels, not a multiple of 4", layer(result, "b").reason());
    assertSame(graph.constants().get("b_w"), result.graph().constants().get("b_w"));
  }

  @ParameterizedTest
  @EnumSource(
      value = PruneSpec.Allocation.class,
      names = {"GLOBAL", "ERK"})
  void unevenAllocationsReachTheTotalExactly(PruneSpec.Allocation allocation) {
    for (double sparsity : new double[] {0.3, 0.5, 0.8, 0.95, 0.99}) {
      PruneSpec spec = PruneSpec.of(PrunePattern.UNSTRUCTURED, sparsity).withAllocation(allocation);
      Pruner.Result result = Pruner.pruneAndReport(net(), spec);
      long weights = 0;
      long zeros = 0;
      for (String name : List.of("c1", "c2", "fc1")) {
        weights += layer(result, name).weights();
        zeros += layer(result, name).zeros();
        assertTrue(layer(result, name).sparsity() < 1, name);
      }
      assertEquals(Math.round(sparsity * weights), zeros, allocation + " " + sparsity);
    }
  }

  @Test
  void erkKeepsSmallLayersDenser() {
    PruneSpec spec =
        PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.9).withAllocation(PruneSpec.Allocation.ERK);
    Pruner.Result result = Pruner.pruneAndReport(net(), spec);
    PrunedLayer large = layer(result, "c1");
    PrunedLayer small = layer(result, "c2");
    assertTrue(small.sparsity() < large.sparsity());
    // Densities are in the ratio of (sum of extents) / (product of extents).
    double c1 = (40 + 3 + 3 + 24) / (40.0 * 3 * 3 * 24);
    double c2 = (37 + 1 + 1 + 40) / (37.0 * 40);
    double ratio = (1 - small.sparsity()) / (1 - large.sparsity());
    assertEquals(c2 / c1, ratio, 0.02 * ratio);
  }

  @Test
  void globalRanksAllLayersTogetherButCutsNoneOff() {
    Nets net = new Nets(5);
    String x = net.linear("a", "x", 40, 40, Activation.RELU);
    x = net.linear("small", x, 40, 40, Activation.RELU);
    x = net.linear("large", x, 40, 40, Activation.RELU);
    net.linear("z", x, 40, 40, Activation.NONE);
    net.normal("small_w", 1e-7, 40, 40);
    PruneSpec spec =
        PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.5).withAllocation(PruneSpec.Allocation.GLOBAL);
    Pruner.Result result = Pruner.pruneAndReport(net.graph("z", 40), spec);
    assertEquals(1600 - 16, layer(result, "small").zeros());
    assertEquals(16, layer(result, "large").zeros());
  }

  @Test
  void equalWeightsGoInOrderOfPlace() {
    Nets net = new Nets(1);
    String x = net.linear("a", "x", 40, 40, Activation.RELU);
    x = net.linear("b", x, 40, 40, Activation.RELU);
    net.linear("z", x, 40, 40, Activation.NONE);
    float[] equal = new float[1600];
    for (int i = 0; i < equal.length; i++) {
      equal[i] = i % 2 == 0 ? 0.5f : -0.5f;
    }
    net.constant("b_w", Tensor.of(equal, 40, 40));
    Graph pruned = Pruner.prune(net.graph("z", 40), PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.25));
    float[] after = pruned.constants().get("b_w").toFloats();
    for (int i = 0; i < after.length; i++) {
      assertEquals(i < 400 ? 0 : equal[i], after[i]);
    }
  }

  @Test
  void overridesRuleSingleLayers() {
    PruneSpec spec =
        PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.9)
            .withOverrides(
                List.of(
                    LayerOverride.parse("c1", "dense"),
                    LayerOverride.parse("c?", "block4x4:0.5"),
                    LayerOverride.parse("dw", "0.5")));
    Pruner.Result result = Pruner.pruneAndReport(net(), spec);
    assertEquals(0, layer(result, "c1").zeros());
    assertEquals("is kept dense by its name", layer(result, "c1").reason());
    assertEquals("block4x4", layer(result, "c2").pattern());
    assertEquals(
        "has 24 outputs and 3 input channels, fewer than a block of 4x4",
        layer(result, "c0").reason());
    assertEquals(0.5, layer(result, "dw").sparsity());
    assertEquals(0.9, layer(result, "fc1").sparsity(), 1e-3);
  }

  @Test
  void theSameGraphGivesTheSameResult() {
    PruneSpec spec = PruneSpec.parse("block2x4:0.75,allocation=global,criterion=l1");
    float[] first = Pruner.prune(net(), spec).constants().get("c1_w").toFloats();
    float[] second = Pruner.prune(net(), spec).constants().get("c1_w").toFloats();
    assertArrayEquals(first, second);
  }

  @Test
  void zerosAlreadyThereCount() {
    Graph once = Pruner.prune(net(), PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.5));
    Pruner.Result twice = Pruner.pruneAndReport(once, PruneSpec.of(PrunePattern.UNSTRUCTURED, 0.8));
    assertEquals(0.8, layer(twice, "c1").sparsity(), 1e-3);
  }
}
