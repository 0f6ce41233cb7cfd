package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.pack.Packer;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Backends;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.device.Backend;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole models give on a device what they give on the CPU: int8 the same bytes, fp32 within 1e-4.
 */
abstract class DeviceModels extends Int8DeviceModels {

  private final String name;

  /** Models on the device of a backend. */
  DeviceModels(String name) {
    this.name = name;
  }

  @Override
  Session open(Model model) {
    return model.newSession(CPU.withDevice(name));
  }

  @BeforeEach
  void findDevice() {
    for (Backend backend : Backends.ALL) {
      if (backend.name().equals(name)) {
        Backend.Availability found = backend.availability();
        if (Boolean.getBoolean("pith.needsCuda") && name.equals("cuda")) {
          assertTrue(found.isAvailable(), found.detail());
        }
        assumeTrue(found.isAvailable(), found.detail());
      }
    }
  }

  private static List<Map<String, Tensor>> cifar(String input, String std) throws Exception {
    return named(input, inputs.cifar(MEAN + "&std=" + std, 4, 2));
  }

  @Test
  void digits() throws Exception {
    List<Tensor> digits = inputs.photos("channels=gray", "digit_0.jpg", "digit_3.jpg");
    agrees(imported("mnist-8.onnx"), named("Input3", digits), 1e-4);
  }

  @Test
  void visionTransformer() throws Exception {
    agrees(imported("cifar10_vit_ibp_3_3_8.onnx"), cifar("input", "0.2023,0.1994,0.2010"), 1e-4);
  }

  @Test
  void convolutionsOfBothOrders() throws Exception {
    List<Tensor> images = inputs.cifar("scale=1/127.5&mean=1", 4, 2);
    agrees(imported("cifar10_conv_nchw.onnx"), named("modelInput", images), 1e-4);
    List<Tensor> last = inputs.cifar("scale=1/255&layout=nhwc", 4, 2);
    agrees(imported("cifar10_conv_nhwc_medium.onnx"), named("x:0", last), 1e-4);
  }

  @Test
  void squeezenetInFp16() throws Exception {
    String preprocess = "channels=bgr&mean=104,117,123&resize=256&crop=224";
    Tensor photo = RealInputs.as(DType.F16, inputs.photos(preprocess, "cat.jpg").get(0));
    agrees(imported("squeezenet_fp16.onnx"), List.of(Map.of("data_0", photo)), 4e-3);
  }

  @Test
  void faceDetector() throws Exception {
    List<Tensor> photos =
        inputs.photos("channels=rgb&mean=127&std=128&resize=240x320", "street_people_dog.jpg");
    agrees(imported("ultraface_rfb_320.onnx"), named("input", photos), 1e-4);
  }

  @Test
  void textDirection() throws Exception {
    String half = "channels=bgr&scale=1/255&mean=0.5&std=0.5&resize=48x192";
    agrees(
        imported("ppocr_mobile_v2_cls.onnx"), named("x", inputs.photos(half, "wolves.jpg")), 1e-4);
  }

  @Test
  void voiceActivity() throws Exception {
    Tensor state = Tensor.of(new float[256], 2, 1, 128);
    Map<String, Tensor> run = Map.of("input", RealInputs.sound(1, 16000, 1, 576), "state", state);
    agrees(imported("silero_vad_16k_lstm.onnx"), List.of(run), 1e-4);
  }

  @Test
  void notes() throws Exception {
    List<Tensor> sound = List.of(RealInputs.sound(2, 22050, 1, 43844, 1));
    agrees(imported("basic_pitch_nmp.onnx"), named("serving_default_input_2:0", sound), 1e-4);
  }

  @Test
  void objectDetector() throws Exception {
    List<Tensor> photos = inputs.photos("channels=bgr&resize=416x416", "street_people_dog.jpg");
    agrees(imported("yolox_nano_custom3.onnx"), named("images", photos), 1e-4);
  }

  @Test
  void sentencesInFp32AndWithDynamicInt8() throws Exception {
    long[] ones = new long[32];
    Arrays.fill(ones, 1);
    ones[31] = 0;
    List<Map<String, Tensor>> runs =
        List.of(
            Map.of(
                "input_ids", RealInputs.tokens(3, 1000, 2, 16),
                "attention_mask", Tensor.of(ones, 2, 16),
                "token_type_ids", RealInputs.tokens(4, 2, 2, 16)));
    Graph graph = imported("bert_fixture_untrained.onnx");
    agrees(graph, runs, 1e-4);
    QuantizeSpec dynamic = QuantizeSpec.parse("int8-dynamic");
    agrees(Packer.pack(new Quantizer(dynamic, CPU).apply(graph, runs, done -> {})), runs, 1e-4);
  }

  /** Networks with more than ten layers, whose weights are one repeated number. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet50", "shufflenet", "squeezenet"})
  void imageNetGraphs(String name, @TempDir Path folder) throws Exception {
    TarArchive.unpack(data.resolve("models/onnx-light.tar.gz"), folder);
    Path file = folder.resolve("light/light_" + name + ".onnx");
    Graph graph = Pipeline.standard().run(OnnxImporter.read(file));
    long[] dims = graph.inputs().get(0).dims().stream().mapToLong(Dim::size).toArray();
    float[] values = new float[Math.toIntExact(Shape.of(dims).elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) i / values.length;
    }
    String input = graph.inputs().get(0).name();
    agrees(graph, List.of(Map.of(input, Tensor.of(values, dims))), 1e-4);
  }
}
