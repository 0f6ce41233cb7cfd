package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.pith.compress.testing.OnnxModel;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are legal but rare, and ones that only look legal. */
class OddModelsTest {

  @TempDir Path folder;

  private Graph read(OnnxModel model) throws IOException {
    return OnnxImporter.read(Files.write(folder.resolve("m.onnx"), model.toBytes()));
  }

  private Map<String, Tensor> run(OnnxModel model, Tensor x) throws IOException {
    try (Model loaded = Model.of(read(model));
        Session session = loaded.newSession(SessionOptions.defaults().withDevice("cpu"))) {
      return session.run(x);
    }
  }

  private String refusal(OnnxModel model) {
    OnnxImportException e = assertThrows(OnnxImportException.class, () -> read(model));
    return e.getMessage();
  }

  private static OnnxModel transposed(long[] output, AttributeProto... attributes) {
    OnnxModel model = new OnnxModel(17).input("x", 1, 1, 2).output("y", output);
    model.constant("w", Tensor.of(new float[] {1, 10}, 1, 1, 2));
    model.constant("b", Tensor.of(new float[] {5}, 1));
    model.node("ConvTranspose", "y", attributes, "x", "w", "b");
    return model;
  }

  @Test
  void outputsThatNoWindowReachesAreTheBias() throws IOException {
    Tensor x = Tensor.of(new float[] {1, 2}, 1, 1, 2);
    OnnxModel padded =
        transposed(
            new long[] {1, 1, 5},
            OnnxModel.integers("dilations", 2),
            OnnxModel.integers("output_padding", 1));
    assertArrayEquals(new float[] {6, 7, 15, 25, 5}, run(padded, x).get("y").toFloats());
    OnnxModel wanted = transposed(new long[] {1, 1, 6}, OnnxModel.integers("output_shape", 6));
    assertArrayEquals(new float[] {6, 17, 25, 5, 5, 5}, run(wanted, x).get("y").toFloats());
  }

  @Test
  void aLayerNormMayGiveItsMeanAlone() throws IOException {
    OnnxModel model = new OnnxModel(17).input("x", 2, 2).output("y", 2, 2).output("m", 2, 1);
    model.constant("s", Tensor.of(new float[] {1, 1}, 2));
    model.node("LayerNormalization", new String[] {"y", "m"}, "x", "s");
    Map<String, Tensor> all = run(model, Tensor.of(new float[] {1, 3, 10, 20}, 2, 2));
    assertArrayEquals(new float[] {2, 15}, all.get("m").toFloats());
    assertEquals(-1, all.get("y").toFloats()[0], 1e-3);
  }

  @Test
  void whatAWindowCannotBeIsRefused() {
    for (AttributeProto bad :
        new AttributeProto[] {
          OnnxModel.integers("strides", 0),
          OnnxModel.integers("strides", 1L << 40),
          OnnxModel.integers("dilations", Long.MAX_VALUE),
          OnnxModel.integers("pads", 1L << 31, 0),
        }) {
      OnnxModel conv = new OnnxModel(17).input("x", 1, 1, 4).output("y", 1, 1, 3);
      conv.constant("w", Tensor.of(new float[] {1, 1}, 1, 1, 2));
      conv.node("Conv", "y", new AttributeProto[] {bad}, "x", "w");
      String said = refusal(conv);
      assertTrue(said.contains("possible") || said.contains("at least 1"), said);
    }
  }

  @Test
  void nodesThatNameTooManyOutputsAreRefused() {
    OnnxModel relu = new OnnxModel(17).input("x", 1, 4).output("y", 1, 4);
    relu.node("Relu", new String[] {"y", "z"}, "x");
    assertTrue(refusal(relu).contains("names 2 outputs"), refusal(relu));
  }

  @Test
  void inputsWithMoreElementsThanCanBeCountedAreRefused() {
    OnnxModel model = new OnnxModel(17).input("x", 1L << 40, 1L << 40).output("y", 1, 1);
    model.node("Relu", "y", "x");
    assertTrue(refusal(model).contains("graph input x"), refusal(model));
  }
}
