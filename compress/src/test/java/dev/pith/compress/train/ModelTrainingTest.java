package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.onnx.TarArchive;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models on libtorch compute what the CPU backend computes, and take a training step. */
class ModelTrainingTest {

  private static final SessionOptions CPU =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(2)
          .withSelection(KernelSelection.PREFERRED);

  @ParameterizedTest
  @CsvSource({
    "mnist-8, 1x1x28x28",
    "cifar10_resnet_2b, 1x3x32x32",
    "cifar10_vit_ibp_3_3_8, 2x3x32x32",
    "cifar10_conv_nchw, 2x3x32x32",
    "cifar10_conv_nhwc_medium, 2x32x32x3",
    "squeezenet_fp16, 1x3x224x224",
    "ultraface_rfb_320, 1x3x240x320",
    "ppocr_mobile_v2_cls, 1x3x48x192",
    "basic_pitch_nmp, 1x43844x1",
    "bert_fixture_untrained, 2x7",
    "yolox_nano_custom3, 1x3x416x416",
    "silero_vad_16k_lstm, 1x576;2x1x128",
  })
  void outputsAreThoseOfTheCpuBackend(String name, String extents) throws IOException {
    Graph graph = Trainable.of(OnnxImporter.read(file(name + ".onnx")));
    assertSame(graph, inputs(graph, extents));
  }

  private static void assertSame(Graph graph, Map<String, Tensor> inputs) {
    try (TorchGraph torchGraph = TorchGraph.of(graph);
        Model model = Model.of(graph);
        Session session = model.newSession(CPU)) {
      Map<String, Tensor> expected = session.run(inputs);
      Map<String, Tensor> actual = torchGraph.run(inputs);
      for (String output : graph.outputNames()) {
        assertClose(expected.get(output), actual.get(output), output);
      }
      assertTrue(torchGraph.parameterNames().size() >= 4, "" + torchGraph.parameterNames());
    }
  }

  /**
   * The graphs of ImageNet networks whose weights are all alike. Those above 50 million weights are
   * left to {@code LightModelsTest}; the scores of SqueezeNet's are huge and equal, so that the
   * last bit decides what its softmax gives.
   */
  @ParameterizedTest
  @ValueSource(strings = {"densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet"})
  void graphsOfLargeNetworksAreThoseOfTheCpuBackend(String name, @TempDir Path folder)
      throws IOException {
    TarArchive.unpack(file("onnx-light.tar.gz"), folder);
    Graph graph = Trainable.of(OnnxImporter.read(folder.resolve("light/light_" + name + ".onnx")));
    assertSame(graph, inputs(graph, "1x3x224x224"));
  }

  @Test
  void importedModelsLearnInBatches() throws IOException {
    Graph graph = OnnxImporter.read(file("mnist-8.onnx"));
    SyntheticData data = new SyntheticData(96, 10, 1, 1, 1, 28, 28);
    List<Double> losses = new ArrayList<>();
    Trainer.Result result =
        new Trainer(TrainSettings.adam(14, 16, 3e-3))
            .train(Trainable.of(graph), data, data, p -> losses.add(p.loss()));
    assertTrue(result.loss() < losses.get(0) / 3, losses.get(0) + " became " + result.loss());
    assertTrue(result.accuracy() > 0.8, "accuracy " + result.accuracy());
  }

  private static Path file(String name) {
    String data = System.getProperty("pith.data", "");
    Assumptions.assumeTrue(!data.isEmpty(), "pith.data is not set");
    return Path.of(data, "models", name);
  }

  private static void assertClose(Tensor expected, Tensor actual, String name) {
    assertEquals(expected.shape(), actual.shape(), name);
    float[] e = expected.toFloats();
    float[] a = actual.toFloats();
    double largest = 1;
    double distance = 0;
    for (int i = 0; i < e.length; i++) {
      largest = Math.max(largest, Math.abs(e[i]));
      distance = Math.max(distance, Math.abs(e[i] - a[i]));
    }
    assertTrue(distance <= 1e-4 * largest, name + " differs by " + distance + " of " + largest);
  }

  private static Map<String, Tensor> inputs(Graph graph, String extents) {
    List<long[]> given = new ArrayList<>();
    for (String one : extents.split(";", -1)) {
      given.add(Stream.of(one.split("x", -1)).mapToLong(Long::parseLong).toArray());
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfo input : graph.inputs()) {
      long[] dims = given.get(Math.min(inputs.size(), given.size() - 1));
      if (input.dtype() == DType.I64) {
        long[] ids = new long[(int) Shape.of(dims).elementCount()];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = input.name().equals("input_ids") ? 3 + i % 40 : 1;
        }
        inputs.put(input.name(), Tensor.of(ids, dims));
      } else {
        inputs.put(input.name(), new NetworkBuilder("x", 5).uniform(0.3, dims));
      }
    }
    return inputs;
  }
}
