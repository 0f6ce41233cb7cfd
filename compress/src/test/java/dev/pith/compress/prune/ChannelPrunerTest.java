package dev.pith.compress.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.testing.MaskedOriginal;
import dev.pith.compress.testing.Nets;
import dev.pith.kernels.Activation;
import dev.pith.kernels.Target;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unary;
import dev.pith.runtime.plan.GraphEvaluator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPrunerTest {

  private static final PruneSpec HALF = PruneSpec.parse("channels:0.5");

  private static float[] run(Graph graph, Tensor x) {
    return new GraphEvaluator(Target.plainCpu(1))
        .run(graph, Map.of("x", x))
        .values()
        .iterator()
        .next()
        .toFloats();
  }

  /** Checks that the small network computes what the masked original does. */
  private static Graph assertEquivalent(Graph graph, PruneSpec spec, long... inputDims) {
    Graph pruned = Pruner.prune(graph, spec);
    Graph masked = MaskedOriginal.of(graph, pruned);
    Tensor x = Nets.input(11, inputDims);
    float[] expected = run(masked, x);
    float[] actual = run(pruned, x);
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-4 * (1 + Math.abs(expected[i])));
    }
    return pruned;
  }

  private static long weights(Graph graph) {
    return graph.constants().values().stream().mapToLong(t -> t.shape().elementCount()).sum();
  }

  private static String add(Nets net, String name, String a, String b) {
    return net.node(name, new Binary(BinaryFunction.ADD), a, b);
  }

  private static Graph chain() {
    Nets net = new Nets(3);
    String x = net.conv("c0", "x", 3, 8, 3, Activation.RELU);
    x = net.conv("c1", x, 8, 12, 3, Activation.RELU);
    x = net.conv("c2", x, 12, 6, 1, Activation.NONE);
    x = net.flatten("flat", x);
    x = net.linear("fc1", x, 6 * 16, 20, Activation.RELU);
    x = net.linear("fc", x, 20, 10, Activation.NONE);
    return net.graph(x, 3, 4, 4);
  }

  @Test
  void aChainLosesChannelsThroughFlatten() {
    Graph pruned = assertEquivalent(chain(), HALF, 2, 3, 4, 4);
    assertArrayEquals(new long[] {8, 3, 3, 3}, pruned.constants().get("c0_w").shape().dims());
    assertArrayEquals(new long[] {6, 3, 3, 8}, shape(pruned, "c1"));
    assertArrayEquals(new long[] {3, 1, 1, 6}, shape(pruned, "c2"));
    assertArrayEquals(new long[] {10, 3 * 16}, shape(pruned, "fc1"));
    assertArrayEquals(new long[] {10, 10}, shape(pruned, "fc"));
  }

  @Test
  void channelsLeftAreAMultipleWhereTheyCanBe() {
    PruneSpec spec = PruneSpec.parse("channels:0.4,multiple=4,first=pruned");
    Graph pruned = assertEquivalent(chain(), spec, 2, 3, 4, 4);
    assertArrayEquals(new long[] {4, 3, 3, 3}, shape(pruned, "c0"));
    assertArrayEquals(new long[] {8, 3, 3, 4}, shape(pruned, "c1"));
    assertArrayEquals(new long[] {4, 1, 1, 8}, shape(pruned, "c2"));
    assertArrayEquals(new long[] {12, 4 * 16}, shape(pruned, "fc1"));
    assertThrows(IllegalArgumentException.class, () -> PruneSpec.parse("block2x4:0.5,multiple=4"));
  }

  /** Rows of growing weights behind scales that fall. */
  private static Graph normalized() {
    Nets net = new Nets(3);
    float[] weight = new float[4 * 3];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = 1 + i / 3;
    }
    String w = net.constant("c_w", Tensor.of(weight, 4, 1, 1, 3));
    String x =
        net.node(
            "c",
            new Conv(ConvWindow.plain(2), Activation.NONE),
            "x",
            w,
            net.constant("c_b", Tensor.of(new float[4], 4)));
    String scale = net.constant("scale", Tensor.of(new float[] {-9, 5, 2, 1}, 4));
    String zero = net.constant("zero", Tensor.of(new float[4], 4));
    String variance = net.constant("variance", Tensor.of(new float[] {1, 4, 9, 16}, 4));
    x = net.node("norm", new BatchNorm(0), x, scale, zero, zero, variance);
    return net.graph(net.conv("last", x, 4, 2, 1, Activation.NONE), 3, 4, 4);
  }

  /** ‖w‖ is 1 2 3 4, folded |scale| / σ · ‖w‖ is 9 5 2 1, as the scales alone. */
  @ParameterizedTest
  @ValueSource(strings = {"l2", "l1", "scale"})
  void whatBatchNormalizationMakesOfRowsCounts(String criterion) {
    PruneSpec spec = PruneSpec.parse("channels:0.5,first=pruned,criterion=" + criterion);
    Graph pruned = assertEquivalent(normalized(), spec, 2, 3, 4, 4);
    Tensor scale = pruned.constants().get("scale_cut");
    assertArrayEquals(new float[] {-9, 5}, scale.toFloats());
  }

  private static long[] shape(Graph graph, String layer) {
    return graph.nodes().stream()
        .filter(node -> node.name().equals(layer))
        .map(node -> graph.constant(node, 1).shape().dims())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"channels:0", "channels:0.3", "channels:0.9", "channels:0.99"})
  void allSparsitiesWork(String spec) {
    assertEquivalent(chain(), PruneSpec.parse(spec), 2, 3, 4, 4);
    assertEquivalent(chain(), PruneSpec.parse(spec + ",allocation=global"), 2, 3, 4, 4);
    assertEquivalent(chain(), PruneSpec.parse(spec + ",first=pruned,criterion=l1"), 2, 3, 4, 4);
  }

  @Test
  void residualSumsLoseTheSameChannels() {
    Nets net = new Nets(4);
    String stem = net.conv("stem", "x", 3, 16, 3, Activation.RELU);
    String a = net.conv("a1", stem, 16, 16, 3, Activation.RELU);
    a = net.conv("a2", a, 16, 16, 3, Activation.NONE);
    String sum = net.node("relu1", Unary.of(UnaryFunction.RELU), add(net, "sum1", a, stem));
    String b = net.conv("b1", sum, 16, 24, 3, 2, 1, Activation.RELU);
    b = net.conv("b2", b, 24, 24, 3, Activation.NONE);
    String side = net.conv("side", sum, 16, 24, 1, 2, 1, Activation.NONE);
    String end = net.node("relu2", Unary.of(UnaryFunction.RELU), add(net, "sum2", side, b));
    net.linear("fc", net.flatten("flat", end), 24 * 16, 10, Activation.NONE);
    Graph graph = net.graph("fc", 3, 8, 8);
    Graph pruned =
        assertEquivalent(graph, PruneSpec.parse("channels:0.5,first=pruned"), 2, 3, 8, 8);
    assertArrayEquals(new long[] {8, 3, 3, 3}, shape(pruned, "stem"));
    assertArrayEquals(new long[] {8, 3, 3, 8}, shape(pruned, "a2"));
    assertArrayEquals(new long[] {12, 3, 3, 12}, shape(pruned, "b2"));
    assertArrayEquals(new long[] {12, 1, 1, 8}, shape(pruned, "side"));
    // With a dense first layer, its whole bundle stays.
    Pruner.Result held = Pruner.pruneAndReport(graph, HALF);
    assertArrayEquals(new long[] {16, 3, 3, 8}, shape(held.graph(), "a2"));
    PrunedLayer a2 =
        held.layers().stream().filter(l -> l.name().equals("a2")).findFirst().orElseThrow();
    assertEquals("belongs to the first layer", a2.reason());
    assertEquals(16 * 9 * 8, a2.zeros());
  }

  @Test
  void depthwiseConvolutionsFollowTheirInput() {
    Nets net = new Nets(5);
    String x = net.conv("stem", "x", 3, 8, 3, Activation.RELU);
    String e = net.conv("expand", x, 8, 32, 1, Activation.clip(0, 6));
    e = net.conv("dw", e, 32, 32, 3, 1, 32, Activation.clip(0, 6));
    String p = net.conv("project", e, 32, 8, 1, Activation.NONE);
    x = add(net, "sum", p, x);
    x = net.conv("multiply", x, 8, 16, 3, 1, 8, Activation.RELU);
    x = net.conv("last", x, 16, 12, 1, Activation.RELU);
    net.linear("fc", net.flatten("flat", x), 12 * 16, 10, Activation.NONE);
    Graph graph = net.graph("fc", 3, 4, 4);
    Graph pruned =
        assertEquivalent(graph, PruneSpec.parse("channels:0.5,first=pruned"), 3, 3, 4, 4);
    assertArrayEquals(new long[] {16, 3, 3, 1}, shape(pruned, "dw"));
    assertArrayEquals(new long[] {8, 3, 3, 1}, shape(pruned, "multiply"));
    assertArrayEquals(new long[] {6, 1, 1, 8}, shape(pruned, "last"));
    assertTrue(weights(pruned) < 0.55 * weights(graph));
  }

  @Test
  void constantsAlongChannelsAreCut() {
    Nets net = new Nets(6);
    String x = net.conv("c0", "x", 3, 8, 3, Activation.RELU);
    x = net.conv("c1", x, 8, 12, 3, Activation.NONE);
    x = net.node("scaled", new Binary(BinaryFunction.MUL), x, net.normal("s", 1, 12, 1, 1));
    x = net.node("moved", new Binary(BinaryFunction.SUB), net.normal("m", 1, 1, 12, 1, 1), x);
    x = net.node("shifted", new Binary(BinaryFunction.ADD), x, net.normal("one", 1, 1));
    net.conv("c2", x, 12, 6, 1, Activation.NONE);
    Graph pruned = assertEquivalent(net.graph("c2", 3, 4, 4), HALF, 2, 3, 4, 4);
    assertArrayEquals(new long[] {6, 3, 3, 8}, shape(pruned, "c1"));
  }

  @Test
  void joinedImagesAreCutPartByPart() {
    Nets net = new Nets(9);
    String stem = net.conv("stem", "x", 3, 8, 3, Activation.RELU);
    String squeeze = net.conv("squeeze", stem, 8, 6, 1, Activation.RELU);
    String left = net.conv("left", squeeze, 6, 10, 1, Activation.RELU);
    String right = net.conv("right", squeeze, 6, 14, 3, Activation.RELU);
    String x = net.node("joined", new Concat(1), left, stem, right);
    ConvWindow window =
        new ConvWindow(List.of(2L, 2L), List.of(1L, 1L), List.of(0L, 0L), List.of(0L, 0L), 1);
    Pool pool =
        new Pool(PoolFunction.MAX, List.of(2L, 2L), window, AutoPad.NONE, false, false, 2, false);
    x = net.node("pooled", pool, x);
    x = net.conv("mix", x, 32, 12, 1, Activation.NONE);
    for (String name : List.of("scale", "shift", "mean")) {
      net.normal(name, 1, 12);
    }
    float[] variance = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    net.constant("variance", Tensor.of(variance, 12));
    x = net.node("norm", new BatchNorm(1e-5f), x, "scale", "shift", "mean", "variance");
    x = net.node("turned", new Transpose(List.of(0L, 2L, 3L, 1L)), x);
    x = net.node("average", new Reduce(ReduceFunction.MEAN, List.of(1L, -2L), false, false), x);
    x = net.node("two", new Concat(0), x, x);
    net.linear("fc", x, 12, 10, Activation.NONE);
    Graph graph = net.graph("fc", 3, 4, 4);
    Graph pruned = assertEquivalent(graph, HALF, 2, 3, 4, 4);
    assertArrayEquals(new long[] {5, 1, 1, 3}, shape(pruned, "left"));
    assertArrayEquals(new long[] {7, 3, 3, 3}, shape(pruned, "right"));
    assertArrayEquals(new long[] {6, 1, 1, 20}, shape(pruned, "mix"));
    assertArrayEquals(new long[] {10, 6}, shape(pruned, "fc"));
    assertEquivalent(graph, PruneSpec.parse("channels:0.5,first=pruned"), 2, 3, 4, 4);
  }

  @Test
  void groupsAndOutputsHoldTheirChannels() {
    Nets net = new Nets(7);
    String x = net.conv("c0", "x", 3, 8, 3, Activation.RELU);
    x = net.conv("c1", x, 8, 12, 3, Activation.RELU);
    x = net.conv("grouped", x, 12, 12, 3, 1, 3, Activation.RELU);
    net.conv("c2", x, 12, 12, 3, Activation.RELU);
    Graph graph = net.graph("c2", 3, 4, 4);
    Pruner.Result result =
        Pruner.pruneAndReport(graph, PruneSpec.parse("channels:0.5,first=pruned,last=pruned"));
    assertEquals(12, shape(result.graph(), "c1")[0]);
    assertEquals(12, shape(result.graph(), "c2")[0]);
    assertEquals(4, shape(result.graph(), "c0")[0]);
    assertEquals("feeds grouped (Conv) of 3 groups", result.layers().get(1).reason());
    assertEquals("reaches output c2", result.layers().get(3).reason());
  }

  @Test
  void overridesChooseOrKeepLayers() {
    PruneSpec spec =
        HALF.withOverrides(
            List.of(LayerOverride.parse("c1", "dense"), LayerOverride.parse("c2", "0.8")));
    Graph pruned = assertEquivalent(chain(), spec, 1, 3, 4, 4);
    assertEquals(12, shape(pruned, "c1")[0]);
    assertEquals(1, shape(pruned, "c2")[0]);
    assertEquals(10, shape(pruned, "fc1")[0]);
  }

  @Test
  void nothingIsTouchedAtSparsityZero() {
    Graph graph = chain();
    Graph pruned = Pruner.prune(graph, PruneSpec.parse("channels:0"));
    assertSame(graph.constants().get("c1_w"), pruned.constants().get("c1_w"));
  }
}
