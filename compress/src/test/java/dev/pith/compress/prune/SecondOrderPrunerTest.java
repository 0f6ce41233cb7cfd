package dev.pith.compress.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.testing.Nets;
import dev.pith.kernels.Activation;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.plan.GraphEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondOrderPrunerTest {

  private static final SessionOptions OPTIONS = SessionOptions.defaults().withThreads(1);

  private static Graph net() {
    Nets net = new Nets(3);
    String x = net.conv("c0", "x", 4, 16, 3, Activation.RELU);
    x = net.conv("c1", x, 16, 24, 3, Activation.RELU);
    x = net.conv("grouped", x, 24, 32, 3, 1, 2, Activation.RELU);
    x = net.conv("c2", x, 32, 16, 1, Activation.RELU);
    x = net.flatten("flat", x);
    x = net.linear("fc1", x, 16 * 16, 30, Activation.RELU);
    net.linear("fc", x, 30, 10, Activation.NONE);
    return net.graph("fc", 4, 4, 4);
  }

  /** Smooth images, so that neighbouring pixels are correlated. */
  private static List<Map<String, Tensor>> samples(int count, int seed) {
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] low = Nets.input(seed + i, 4, 3).toFloats();
      float[] x = new float[4 * 16];
      for (int j = 0; j < x.length; j++) {
        int c = j / 16;
        double angle = low[c * 3] + j % 4 * low[c * 3 + 1] + j / 4 % 4 * low[c * 3 + 2];
        x[j] = (float) Math.sin(angle);
      }
      samples.add(Map.of("x", Tensor.of(x, 1, 4, 4, 4)));
    }
    return samples;
  }

  private static double error(Graph a, Graph b, List<Map<String, Tensor>> samples) {
    GraphEvaluator evaluator = new GraphEvaluator(Target.plainCpu(1));
    double error = 0;
    double norm = 0;
    for (Map<String, Tensor> sample : samples) {
      float[] expected = evaluator.run(a, sample).get("fc").toFloats();
      float[] actual = evaluator.run(b, sample).get("fc").toFloats();
      for (int i = 0; i < expected.length; i++) {
        error += Math.pow(expected[i] - actual[i], 2);
        norm += Math.pow(expected[i], 2);
      }
    }
    return error / norm;
  }

  @ParameterizedTest
  @ValueSource(strings = {"unstructured:0.6", "block2x4:0.5", "block1x4:0.5", "nm2:4"})
  void outputsStayCloserThanByMagnitude(String text) {
    Graph graph = net();
    PruneSpec spec = PruneSpec.parse(text);
    Pruner.Result magnitude = Pruner.pruneAndReport(graph, spec);
    Pruner.Result second =
        new SecondOrderPruner(spec, OPTIONS).prune(graph, samples(40, 100), message -> {});
    List<Map<String, Tensor>> unseen = samples(12, 900);
    double better = error(graph, second.graph(), unseen);
    double worse = error(graph, magnitude.graph(), unseen);
    assertTrue(better < 0.6 * worse, better + " is not clearly less than " + worse);
    for (int i = 0; i < second.layers().size(); i++) {
      assertEquals(magnitude.layers().get(i), second.layers().get(i));
    }
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    SecondOrderPruner pruner = new SecondOrderPruner(PruneSpec.parse("block2x4:0.7"), OPTIONS);
    Graph first = pruner.prune(net(), samples(4, 1), message -> {}).graph();
    Graph second = pruner.prune(net(), samples(4, 1), message -> {}).graph();
    first
        .constants()
        .forEach(
            (name, value) ->
                assertArrayEquals(value.toFloats(), second.constants().get(name).toFloats(), name));
  }

  @Test
  void samplesAreNeeded() {
    SecondOrderPruner pruner = new SecondOrderPruner(PruneSpec.parse("nm2:4"), OPTIONS);
    assertThrows(
        IllegalArgumentException.class, () -> pruner.prune(net(), List.of(), message -> {}));
  }

  @Test
  void patchesAreWhatTheConvolutionMultiplies() {
    Nets net = new Nets(8);
    net.normal("w", 1, 6, 3, 2, 2);
    ConvWindow window =
        new ConvWindow(List.of(2L, 1L), List.of(1L, 2L), List.of(1L, 0L), List.of(2L, 3L), 3);
    net.node("y", new Conv(window, Activation.NONE), "x", "w");
    Graph graph = net.graph("y", 6, 5, 4);
    Node node = graph.nodes().get(0);
    WeightedLayer layer = new WeightedLayer(node, graph.constants().get("w"));
    Tensor x = Nets.input(4, 2, 6, 5, 4);
    Tensor y = new GraphEvaluator(Target.plainCpu(1)).run(graph, Map.of("x", x)).get("y");
    float[] expected = y.toFloats();
    float[] weight = layer.weight().toFloats();
    int pixels = y.shape().dimInt(2) * y.shape().dimInt(3);
    int[] seen = new int[1];
    LayerInputs.forEach(
        graph,
        layer,
        List.of(Map.of("x", x)),
        OPTIONS,
        0,
        (group, row) -> {
          int image = seen[0] / 3 / pixels;
          int pixel = seen[0]++ / 3 % pixels;
          for (int o = group * 2; o < group * 2 + 2; o++) {
            double sum = 0;
            for (int c = 0; c < row.length; c++) {
              sum += (double) row[c] * weight[o * row.length + c];
            }
            assertEquals(expected[(image * 6 + o) * pixels + pixel], sum, 1e-5);
          }
        });
    assertEquals(2 * pixels * 3, seen[0]);
  }
}
