package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ImageNet networks whose weights are written as one repeated number reproduce the outputs stored
 * with them. Their weights are as large as those of the real networks, so each runs once.
 */
class LightModelsTest {

  private static final double TOLERANCE = 1e-4;

  @TempDir static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    String data = System.getProperty("pith.data", "");
    assumeTrue(!data.isBlank(), "pith.data is not set");
    TarArchive.unpack(Path.of(data, "models/onnx-light.tar.gz"), folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bvlc_alexnet",
        "densenet121",
        "inception_v1",
        "inception_v2",
        "resnet50",
        "shufflenet",
        "squeezenet",
        "vgg19",
        "zfnet512"
      })
  void storedOutputsAreReproduced(String name) throws IOException {
    Path file = folder.resolve("light/light_" + name + ".onnx");
    Graph graph = Pipeline.standard().run(OnnxImporter.read(file));
    assertEquals(1, graph.inputs().size());
    long[] dims = graph.inputs().get(0).dims().stream().mapToLong(Dim::size).toArray();
    float[] values = new float[Math.toIntExact(Shape.of(dims).elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) i / values.length;
    }
    SessionOptions options =
        SessionOptions.defaults()
            .withDevice("cpu")
            .withThreads(2)
            .withSelection(KernelSelection.PREFERRED);
    try (Model model = Model.of(graph);
        Session session = model.newSession(options)) {
      Tensor actual = session.run(Tensor.of(values, dims)).values().iterator().next();
      Path output = folder.resolve("light/light_" + name + "_output_0.pb");
      Tensor expected = new OnnxTensors(null).read(OnnxReader.readTensor(output));
      compare(actual, expected);
    }
  }

  private static void compare(Tensor actual, Tensor expected) {
    assertEquals(expected.toString(), actual.toString());
    double largest = 0;
    double difference = 0;
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      largest = Math.max(largest, Math.abs(expected.getDouble(i)));
      difference = Math.max(difference, Math.abs(expected.getDouble(i) - actual.getDouble(i)));
    }
    assertTrue(
        difference <= TOLERANCE * largest, "off by " + difference + "; largest is " + largest);
  }
}
