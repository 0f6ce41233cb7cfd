package dev.pith.bench.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.QConv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The networks that are built in are what they are called, and run in both engines. */
class NetworksTest {

  private static long weights(Graph graph) {
    long weights = 0;
    for (Node node : graph.nodes()) {
      Tensor weight = graph.constant(node, 1);
      weights += weight != null && weight.shape().rank() > 1 ? weight.shape().elementCount() : 0;
    }
    return weights;
  }

  @Test
  void resNet50HasItsLayersAndWeights() throws IOException {
    Graph graph = Networks.RESNET50.load(null, true);
    assertEquals(53, graph.nodes().stream().filter(n -> n.op() instanceof Conv).count());
    assertEquals(25_502_912, weights(graph));
  }

  @Test
  void formsOfANetworkRunInBothEngines() throws IOException {
    Graph graph = Networks.MOBILENET_V2_32.load(null, false);
    Map<String, Tensor> inputs = Variant.inputs(graph, 1, Map.of());
    Graph int8 = Variant.DENSE_INT8.of(graph, Map.of());
    Graph sparse = Variant.SPARSE_80.of(graph, Map.of());
    assertTrue(sparse.nodes().stream().anyMatch(n -> n.op() instanceof QConv));
    try (OpenNetwork ours = OpenNetwork.pith(sparse, inputs, 1);
        OpenNetwork theirs = OpenNetwork.ort(int8, inputs, 1)) {
      ours.run();
      theirs.run();
    }
  }

  @Test
  void networksWithoutTheirFileAreNotAvailable() {
    assertTrue(Networks.RESNET50.isAvailable(null));
    assertEquals(false, Networks.VIT.isAvailable(null));
    assertEquals(false, Networks.VIT.isAvailable(Path.of("no such folder")));
  }
}
