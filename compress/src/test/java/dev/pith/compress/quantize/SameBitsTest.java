package dev.pith.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.pack.Packer;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.testing.CifarModel;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Real int8 networks, whose activations stay in quads from layer to layer, give the bytes of the
 * reference kernels, which know no quads.
 */
class SameBitsTest {

  private static List<float[]> run(Graph graph, CifarModel data, SessionOptions options) {
    List<float[]> outputs = new ArrayList<>();
    try (Model model = Model.of(graph);
        Session session = model.newSession(options)) {
      for (Tensor image : data.images()) {
        outputs.add(session.run(image).values().iterator().next().toFloats());
      }
    }
    return outputs;
  }

  private static void check(Graph graph, CifarModel data) {
    List<float[]> expected =
        run(graph, data, CifarModel.OPTIONS.withSelection(KernelSelection.REFERENCE));
    for (int threads : new int[] {1, 2}) {
      for (int bits : new int[] {-1, 0}) {
        SessionOptions options = CifarModel.OPTIONS.withThreads(threads).withVectorBits(bits);
        List<float[]> actual = run(graph, data, options);
        for (int i = 0; i < expected.size(); i++) {
          assertArrayEquals(expected.get(i), actual.get(i), "image " + i + ", " + options);
        }
      }
    }
    try (Model model = Model.of(graph);
        Session session = model.newSession(CifarModel.OPTIONS)) {
      String input = graph.inputs().get(0).name();
      List<String> kernels =
          session.plan(Map.of(input, data.images().get(0))).steps().stream()
              .map(step -> step.selection().chosen().name())
              .toList();
      boolean generated = session.device().target().has("avx2");
      boolean quads = kernels.stream().anyMatch(name -> name.contains("quad_conv"));
      assertTrue(quads || !generated, () -> "no convolution works on quads: " + kernels);
    }
  }

  @Test
  void depthwiseAndResidualLayersAsTheyCame() throws IOException {
    CifarModel data =
        CifarModel.open(
            "cifar10_mobilenetv2_qlinear_int8",
            "scale=1/255&mean=0.4914,0.4822,0.4465&std=0.2023,0.1994,0.2010",
            0,
            2);
    check(data.graph(), data);
  }

  @Test
  void residualNetworkPrunedInBlocks() throws IOException {
    CifarModel data =
        CifarModel.open(
            "cifar10_resnet_2b",
            "scale=1/255&mean=0.4914,0.4822,0.4465&std=0.2471,0.2435,0.2616",
            16,
            3);
    for (String pattern : List.of("block2x4:0.8", "unstructured:0.5")) {
      Graph pruned = Pruner.prune(data.graph(), PruneSpec.parse(pattern + ",min=1"));
      Graph quantized =
          new Quantizer(QuantizeSpec.parse("int8"), CifarModel.OPTIONS)
              .apply(pruned, data.calibration(), done -> {});
      check(Packer.pack(quantized), data);
    }
  }
}
