package dev.pith.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.pith.compress.export.OnnxExporter;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.prune.SecondOrderPruner;
import dev.pith.compress.testing.CifarModel;
import dev.pith.compress.testing.MaskedOriginal;
import dev.pith.compress.testing.Peer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression of trained CIFAR-10 networks, measured on real images. */
class CifarModelsTest {

  private static final String SCALE = "scale=0.00392156862745098&";
  private static final String RESNET = SCALE + "mean=0.4914,0.4822,0.4465&std=0.2471,0.2435,0.2616";
  private static final String NHWC = SCALE + "layout=nhwc";
  private static final String VIT = SCALE + "mean=0.4914,0.4822,0.4465&std=0.2023,0.1994,0.2010";

  private static CifarModel open(String name, int samples, int tests) throws IOException {
    String preprocess = name.contains("vit") ? VIT : name.contains("nhwc") ? NHWC : RESNET;
    return CifarModel.open(name, preprocess, samples, tests);
  }

  private static Graph compressed(CifarModel model, String recipe) {
    return new Compression(Recipe.parse(recipe), CifarModel.OPTIONS)
        .run(model.graph(), model.calibration(), null, message -> {})
        .graph();
  }

  private static List<float[]> peer(Graph graph, List<Tensor> images) throws OrtException {
    List<float[]> logits = new ArrayList<>();
    try (Peer peer = new Peer(OnnxExporter.toBytes(graph))) {
      for (Tensor image : images) {
        logits.add(peer.run(image));
      }
    }
    return logits;
  }

  @ParameterizedTest
  @CsvSource({"cifar10_resnet_2b", "cifar10_conv_nhwc_medium", "cifar10_vit_ibp_3_3_8"})
  void int8KeepsAccuracyAndExportsAlike(String name) throws IOException, OrtException {
    CifarModel model = open(name, 32, 200);
    List<float[]> exact = model.logits(model.graph());
    // Two classes may be equally likely but for rounding.
    double alike = CifarModel.agreement(exact, peer(model.graph(), model.images()));
    assertTrue(alike >= 0.99, name + " exported agrees in " + alike);
    Graph int8 = compressed(model, "quantize: int8");
    List<float[]> quantized = model.logits(int8);
    double drop = model.accuracy(exact) - model.accuracy(quantized);
    assertTrue(drop <= 0.0151, name + " loses " + drop);
    double kept = CifarModel.agreement(exact, quantized);
    assertTrue(kept >= 0.93, name + " predicts the same for " + kept);
    double same = CifarModel.agreement(quantized, peer(int8, model.images()));
    assertTrue(same >= 0.99, name + " exported agrees in " + same);
  }

  @ParameterizedTest
  @ValueSource(strings = {"block2x4:0.5"})
  void secondOrderPruningKeepsMoreThanMagnitude(String spec) throws IOException {
    CifarModel model = open("cifar10_resnet_2b", 32, 200);
    PruneSpec parsed = PruneSpec.parse(spec);
    double magnitude = model.accuracy(Pruner.prune(model.graph(), parsed));
    Graph pruned =
        new SecondOrderPruner(parsed, CifarModel.OPTIONS)
            .prune(model.graph(), model.calibration(), message -> {})
            .graph();
    double second = model.accuracy(pruned);
    assertTrue(second > magnitude + 0.05, second + " against " + magnitude);
  }

  @Test
  void channelsOfAResidualNetworkAreRemovedWithoutATrace() throws IOException {
    CifarModel model = open("cifar10_resnet_2b", 1, 8);
    PruneSpec spec = PruneSpec.parse("channels:0.4,first=pruned");
    Graph pruned = Pruner.prune(model.graph(), spec);
    List<float[]> expected = model.logits(MaskedOriginal.of(model.graph(), pruned));
    List<float[]> actual = model.logits(pruned);
    for (int i = 0; i < expected.size(); i++) {
      for (int c = 0; c < 10; c++) {
        assertEquals(expected.get(i)[c], actual.get(i)[c], 1e-4);
      }
    }
    long before = bytes(model.graph());
    assertTrue(bytes(pruned) < 0.5 * before, bytes(pruned) + " of " + before);
  }

  private static long bytes(Graph graph) {
    return graph.constants().values().stream().mapToLong(Tensor::byteSize).sum();
  }

  @Test
  void aWholeRecipeRunsInOrder() throws IOException {
    CifarModel model = open("cifar10_resnet_2b", 32, 200);
    Recipe recipe =
        Recipe.parse("prune: 'block2x4:0.4,method=second-order'\nquantize: int8\nmax_drop: 0.05\n");
    Compression.Result result =
        new Compression(recipe, CifarModel.OPTIONS)
            .run(model.graph(), model.calibration(), model::accuracy, message -> {});
    assertTrue(
        result.packed().stream()
            .anyMatch(layer -> layer.weight().layout().name().equals("block2x4")),
        result.packed().toString());
    assertTrue(model.accuracy(model.graph()) - model.accuracy(result.graph()) < 0.1);
    long dense = bytes(model.graph());
    assertTrue(bytes(result.graph()) < 0.3 * dense, bytes(result.graph()) + " of " + dense);
  }
}
