package dev.pith.compress.qdq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.export.OnnxExporter;
import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.compress.testing.CifarModel;
import dev.pith.compress.testing.Nets;
import dev.pith.compress.testing.Peer;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Unary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Pith exports as QDQ comes back as the same 8-bit operations with the same answers. */
class QdqRoundTripTest {

  @TempDir Path folder;

  private Graph imported(byte[] onnx) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), onnx);
    return Pipeline.standard().run(OnnxImporter.read(file));
  }

  private static Map<String, Long> operations(Graph graph) {
    return graph.nodes().stream()
        .collect(Collectors.groupingBy(n -> n.op().name(), TreeMap::new, Collectors.counting()));
  }

  private static Graph quantize(Graph graph, List<Map<String, Tensor>> samples) {
    return new Quantizer(QuantizeSpec.parse("int8"), CifarModel.OPTIONS)
        .apply(graph, samples, done -> {});
  }

  @Test
  void everyOperationComesBack() throws Exception {
    Nets net = new Nets(3);
    String stem = net.conv("stem", "x", 3, 16, 3, Activation.RELU);
    String a = net.conv("a", stem, 16, 16, 3, Activation.NONE);
    String sum = net.node("sum", new Binary(BinaryFunction.ADD), a, stem);
    String relu = net.node("relu", Unary.of(UnaryFunction.RELU), sum);
    String dw = net.conv("dw", relu, 16, 16, 3, 1, 16, Activation.clip(0, 6));
    String b = net.conv("b", dw, 16, 8, 1, new Activation(Activation.Kind.SILU, 0, 0));
    String x = net.node("joined", new Concat(1), b, relu);
    x = net.conv("c", x, 24, 20, 3, new Activation(Activation.Kind.HARD_SWISH, 0, 0));
    Reduce mean = new Reduce(ReduceFunction.MEAN, List.of(2L, 3L), true, false);
    String gate = net.conv("se", net.node("pool", mean, x), 20, 20, 1, Activation.NONE);
    gate = net.node("gate", Unary.of(UnaryFunction.SIGMOID), gate);
    x = net.node("gated", new Binary(BinaryFunction.MUL), x, gate);
    x = net.node("flat", new Flatten(1), net.node("global", mean, x));
    net.linear("fc", x, 20, 10, Activation.NONE);
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      samples.add(Map.of("x", Nets.input(i, 1, 3, 8, 8)));
    }
    Graph quantized = quantize(net.graph("fc", 3, 8, 8), samples);
    byte[] onnx = OnnxExporter.toBytes(quantized);
    Graph back = imported(onnx);
    assertEquals(operations(quantized), operations(back));
    try (Peer peer = new Peer(onnx)) {
      Tensor image = Nets.input(50, 1, 3, 8, 8);
      assertClose(run(quantized, image), run(back, image), 0.02);
      assertClose(peer.run(image), run(back, image), 0.02);
    }
  }

  private static float[] run(Graph graph, Tensor image) {
    try (Model model = Model.of(graph);
        Session session = model.newSession(CifarModel.OPTIONS)) {
      return session.run(image).values().iterator().next().toFloats();
    }
  }

  private static void assertClose(float[] expected, float[] actual, double part) {
    assertEquals(expected.length, actual.length);
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], part * largest, "at " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10_resnet_2b, scale=1/255&mean=0.485;0.456;0.406&std=0.225",
    "cifar10_conv_nchw, scale=1/127.5&mean=1"
  })
  void trainedNetworksComeBack(String name, String preprocess) throws Exception {
    CifarModel model = CifarModel.open(name, preprocess.replace(';', ','), 64, 100);
    Graph quantized = quantize(model.graph(), model.calibration());
    byte[] onnx = OnnxExporter.toBytes(quantized);
    Graph back = imported(onnx);
    assertEquals(operations(quantized), operations(back));
    List<float[]> expected = model.logits(quantized);
    List<float[]> actual = model.logits(back);
    assertTrue(CifarModel.agreement(expected, actual) >= 0.99);
    List<float[]> peers = new ArrayList<>();
    try (Peer peer = new Peer(onnx)) {
      for (Tensor image : model.images()) {
        peers.add(peer.run(image));
      }
    }
    assertTrue(CifarModel.agreement(peers, actual) >= 0.99);
    assertEquals(model.accuracy(expected), model.accuracy(actual), 0.01);
  }
}
