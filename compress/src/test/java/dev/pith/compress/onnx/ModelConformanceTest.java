package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Dequantize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Real models agree with ONNX Runtime on real inputs, after all passes and, where they are small,
 * as imported: within 1e-4 of the largest output for fp32, one quantization step and the same class
 * for int8.
 */
class ModelConformanceTest {

  private static final SessionOptions OPTIONS =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(2)
          .withSelection(KernelSelection.PREFERRED);

  private static final double FP32 = 1e-4;

  /** fp16 outputs have 11 bits; between, ONNX Runtime rounds to fp16 where Pith does not. */
  private static final double FP16 = 4e-3;

  /** Larger files, in bytes, run after all passes only: unfused layers take long. */
  private static final long SMALL = 1 << 21;

  private static final String MEAN = "mean=0.4914,0.4822,0.4465";

  private static Path data;
  private static RealInputs inputs;

  @BeforeAll
  static void findData() {
    String property = System.getProperty("pith.data", "");
    assumeTrue(!property.isBlank(), "pith.data is not set");
    data = Path.of(property);
    inputs = new RealInputs(data);
  }

  private static void agrees(String file, double tolerance, String input, List<Tensor> samples)
      throws Exception {
    List<Map<String, Tensor>> runs = new ArrayList<>();
    samples.forEach(sample -> runs.add(Map.of(input, sample)));
    agrees(file, tolerance, runs);
  }

  private static void agrees(String file, double tolerance, List<Map<String, Tensor>> runs)
      throws Exception {
    Path path = data.resolve("models/" + file);
    Graph graph = OnnxImporter.read(path);
    Graph optimized = Pipeline.standard().run(graph);
    assertTrue(optimized.nodes().size() <= graph.nodes().size());
    try (OnnxRuntimePeer peer = new OnnxRuntimePeer(path);
        Model plainModel = Model.of(graph);
        Model model = Model.of(optimized);
        Session plain = plainModel.newSession(OPTIONS);
        Session session = model.newSession(OPTIONS)) {
      boolean small = Files.size(path) <= SMALL;
      for (Map<String, Tensor> run : runs) {
        Map<String, Tensor> expected = peer.run(run);
        if (small && run == runs.get(0)) {
          compare(file, expected, plain.run(run), bound(graph, tolerance));
        }
        compare(file + " after passes", expected, session.run(run), bound(graph, tolerance));
      }
    }
  }

  /** Allowed difference, absolute if negative: one step where the output is dequantized. */
  private static double bound(Graph graph, double tolerance) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Dequantize dequantize
          && node.outputs().equals(graph.outputNames())) {
        return -1.001 * dequantize.scale();
      }
    }
    return tolerance;
  }

  private static void compare(
      String what, Map<String, Tensor> expected, Map<String, Tensor> actual, double bound) {
    assertEquals(expected.keySet(), actual.keySet(), what);
    expected.forEach(
        (name, tensor) -> {
          Tensor result = actual.get(name);
          assertEquals(tensor.toString(), result.toString(), what + " " + name);
          double difference = 0;
          double largest = 0;
          for (long i = 0; i < tensor.shape().elementCount(); i++) {
            double e = tensor.getDouble(i);
            assertTrue(Double.isFinite(e), what + " " + name + ": the peer gives " + e);
            difference = Math.max(difference, Math.abs(e - result.getDouble(i)));
            largest = Math.max(largest, Math.abs(e));
          }
          double allowed = bound < 0 ? -bound : bound * largest;
          assertTrue(
              difference <= allowed,
              what + " " + name + " is off by " + difference + "; allowed is " + allowed);
          if (bound < 0) {
            assertEquals(largestAt(tensor), largestAt(result), what + " " + name + ": class");
          }
        });
  }

  private static long largestAt(Tensor tensor) {
    long best = 0;
    for (long i = 1; i < tensor.shape().elementCount(); i++) {
      best = tensor.getDouble(i) > tensor.getDouble(best) ? i : best;
    }
    return best;
  }

  @Test
  void mnist() throws Exception {
    List<Tensor> digits =
        inputs.photos("channels=gray", "digit_0.jpg", "digit_3.jpg", "digit_5.jpg", "digit_7.jpg");
    agrees("mnist-8.onnx", FP32, "Input3", digits);
  }

  @Test
  void squeezenetInFp16() throws Exception {
    List<Tensor> photos = new ArrayList<>();
    for (Tensor photo :
        inputs.photos("channels=bgr&mean=104,117,123&resize=256&crop=224", "cat.jpg", "dog.jpg")) {
      photos.add(RealInputs.as(DType.F16, photo));
    }
    agrees("squeezenet_fp16.onnx", FP16, "data_0", photos);
  }

  @Test
  void cifarResnet() throws Exception {
    String preprocess = "scale=1/255&" + MEAN + "&std=0.2471,0.2435,0.2616";
    agrees("cifar10_resnet_2b.onnx", FP32, "input.1", inputs.cifar(preprocess, 4, 1));
  }

  @Test
  void cifarVisionTransformer() throws Exception {
    String preprocess = "scale=1/255&" + MEAN + "&std=0.2023,0.1994,0.2010";
    agrees("cifar10_vit_ibp_3_3_8.onnx", FP32, "input", inputs.cifar(preprocess, 6, 3));
  }

  @Test
  void cifarConvolutionsChannelsFirst() throws Exception {
    List<Tensor> images = inputs.cifar("scale=1/127.5&mean=1", 6, 3);
    agrees("cifar10_conv_nchw.onnx", FP32, "modelInput", images);
  }

  @Test
  void cifarConvolutionsChannelsLast() throws Exception {
    List<Tensor> images = inputs.cifar("scale=1/255&layout=nhwc", 6, 3);
    agrees("cifar10_conv_nhwc_medium.onnx", FP32, "x:0", images);
  }

  @Test
  void cifarMobilenetInInt8() throws Exception {
    String preprocess = "scale=1/255&" + MEAN + "&std=0.2023,0.1994,0.2010";
    agrees(
        "cifar10_mobilenetv2_qlinear_int8.onnx", FP32, "input.1", inputs.cifar(preprocess, 6, 1));
  }

  @Test
  void faceDetector() throws Exception {
    List<Tensor> photos =
        inputs.photos("channels=rgb&mean=127&std=128&resize=240x320", "street_people_dog.jpg");
    agrees("ultraface_rfb_320.onnx", FP32, "input", photos);
  }

  @Test
  void yolox() throws Exception {
    List<Tensor> photos = inputs.photos("channels=bgr&resize=416x416", "street_people_dog.jpg");
    agrees("yolox_nano_custom3.onnx", FP32, "images", photos);
  }

  @Test
  void textDirection() throws Exception {
    List<Tensor> photos = new ArrayList<>();
    String half = "channels=bgr&scale=1/255&mean=0.5&std=0.5&resize=";
    photos.addAll(inputs.photos(half + "48x192", "wolves.jpg"));
    photos.addAll(inputs.photos(half + "48x100", "cat.jpg"));
    agrees("ppocr_mobile_v2_cls.onnx", FP32, "x", photos);
  }

  @Test
  void voiceActivity() throws Exception {
    Tensor state = Tensor.of(new float[256], 2, 1, 128);
    agrees(
        "silero_vad_16k_lstm.onnx",
        FP32,
        List.of(Map.of("input", RealInputs.sound(1, 16000, 1, 576), "state", state)));
  }

  @Test
  void notes() throws Exception {
    agrees(
        "basic_pitch_nmp.onnx",
        FP32,
        "serving_default_input_2:0",
        List.of(RealInputs.sound(2, 22050, 1, 43844, 1)));
  }

  @Test
  void bert() throws Exception {
    List<Map<String, Tensor>> runs = new ArrayList<>();
    for (long length : new long[] {7, 16}) {
      long[] ones = new long[Math.toIntExact(2 * length)];
      Arrays.fill(ones, 1);
      ones[ones.length - 1] = 0;
      runs.add(
          Map.of(
              "input_ids", RealInputs.tokens(3, 1000, 2, length),
              "attention_mask", Tensor.of(ones, 2, length),
              "token_type_ids", RealInputs.tokens(4, 2, 2, length)));
    }
    agrees("bert_fixture_untrained.onnx", FP32, runs);
  }

  @Test
  void brevitasIsRefusedNamingEveryUnsupportedNode() throws IOException {
    Path path = data.resolve("models/brevitas_tfc_2w2a.onnx");
    OnnxImportException refusal =
        assertThrows(OnnxImportException.class, () -> OnnxImporter.read(path));
    assertEquals(
        8, refusal.refusals().stream().filter(r -> r.domain().equals("onnx.brevitas")).count());
    assertEquals(8, refusal.refusals().size(), refusal.getMessage());
    refusal
        .refusals()
        .forEach(
            node ->
                assertTrue(
                    refusal
                        .getMessage()
                        .contains(
                            "Quant (domain onnx.brevitas, opset not declared), node "
                                + node.node()),
                    refusal.getMessage()));
  }
}
