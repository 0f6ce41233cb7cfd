package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be imported are refused by one clear line, never otherwise. */
class BadFilesTest {

  @TempDir Path folder;

  /** A model that adds a weight of four numbers to its input. */
  private static ModelProto model(TensorProto.Builder weight, NodeProto.Builder... more) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", 2, 4))
            .addOutput(value("y", 2, 4))
            .addInitializer(weight.setName("w"))
            .addNode(node("Add", "y", "x", "w"));
    Arrays.stream(more).forEach(graph::addNode);
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build();
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addOutput(output)
        .addAllInput(Arrays.asList(inputs));
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static TensorProto.Builder weight(float... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(1).addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor;
  }

  private static TensorProto.Builder external(String location, String offset) {
    return TensorProto.newBuilder()
        .setDataType(1)
        .addDims(4)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.onnx"), bytes);
  }

  private String refusal(byte[] bytes) throws IOException {
    Path file = write(bytes);
    String message =
        assertThrows(OnnxImportException.class, () -> OnnxImporter.read(file)).getMessage();
    assertEquals(-1, message.indexOf('\n'), message);
    return message;
  }

  private String refusal(ModelProto model) throws IOException {
    return refusal(model.toByteArray());
  }

  @Test
  void aGoodModelIsRead() throws IOException {
    Graph graph = OnnxImporter.read(write(model(weight(1, 2, 3, 4)).toByteArray()));
    assertEquals(4, graph.constants().get("w").getDouble(3));
  }

  @Test
  void aMissingFileIsNamed() {
    assertThrows(
        NoSuchFileException.class, () -> OnnxImporter.read(folder.resolve("nothing.onnx")));
  }

  @Test
  void otherFilesAreNoModels() throws IOException {
    assertTrue(
        refusal("this is text\n".repeat(50).getBytes(StandardCharsets.UTF_8)).contains("ONNX"));
    assertTrue(refusal(new byte[0]).contains("empty"));
    assertTrue(refusal(new byte[] {8, 7}).contains("holds no graph"));
  }

  @Test
  void everyCutIsRefusedOrReadsAsAShorterModel() throws IOException {
    byte[] whole = model(weight(1, 2, 3, 4)).toByteArray();
    for (int length = 0; length < whole.length; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      assertThrows(OnnxImportException.class, () -> OnnxImporter.read(file), "cut at " + length);
    }
  }

  @Test
  void everyFlippedByteIsReadOrRefused() throws IOException {
    byte[] whole = model(weight(1, 2, 3, 4)).toByteArray();
    for (int place = 0; place < whole.length; place++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[place] ^= (byte) (1 << bit);
        Path file = write(damaged);
        try {
          OnnxImporter.read(file);
        } catch (OnnxImportException expected) {
          assertTrue(!expected.getMessage().isBlank());
        }
      }
    }
  }

  @Test
  void elementsMustFitTheShape() throws IOException {
    assertTrue(refusal(model(weight(1, 2, 3).setDims(0, 4))).contains("tensor w holds 3 values"));
    assertTrue(refusal(model(weight().setDims(0, -4))).contains("impossible shape"));
    assertTrue(refusal(model(weight().setDims(0, Long.MAX_VALUE))).contains("impossible shape"));
    assertTrue(refusal(model(weight().setDims(0, 1L << 60))).contains("tensor w"));
  }

  @Test
  void notANumberIsNamed() throws IOException {
    assertTrue(refusal(model(weight(1, 2, Float.NaN, 4))).contains("tensor w F32[4] holds NaN"));
  }

  @Test
  void infinityMayBeAMaskButNoWeight() throws IOException {
    ModelProto mask = model(weight(1, 2, Float.NEGATIVE_INFINITY, 4));
    OnnxImporter.read(write(mask.toByteArray()));
    ModelProto used =
        model(weight(1, 2, Float.NEGATIVE_INFINITY, 4), node("MatMul", "z", "x", "w"));
    assertTrue(refusal(used).contains("-Infinity"));
  }

  @Test
  void externalDataIsReadFromTheModelsFolderOnly() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      bytes.putFloat(i);
    }
    Path inner = Files.createDirectories(folder.resolve("inner"));
    Files.write(folder.resolve("w.bin"), bytes.array());
    Files.write(inner.resolve("w.bin"), bytes.array());
    Path file = inner.resolve("model.onnx");
    Files.write(file, model(external("w.bin", "8")).toByteArray());
    assertEquals(5, OnnxImporter.read(file).constants().get("w").getDouble(3));
    Files.write(file, model(external("../w.bin", "0")).toByteArray());
    assertTrue(
        assertThrows(OnnxImportException.class, () -> OnnxImporter.read(file))
            .getMessage()
            .contains("outside"));
    assertTrue(refusal(model(external("none.bin", "0"))).contains("none.bin"));
    assertTrue(refusal(model(external("w.bin", "12"))).contains("which has 24"));
    assertTrue(refusal(model(external("w.bin", "many"))).contains("many"));
  }

  @Test
  void shapesThatDisagreeNameTheNode() throws IOException {
    Path file = write(model(weight(1, 2, 3)).toByteArray());
    String message =
        assertThrows(OnnxImportException.class, () -> OnnxImporter.read(file)).getMessage();
    assertTrue(message.contains("node y") && message.contains("[2, 4]"), message);
  }

  @Test
  void allUnsupportedNodesAreNamedAtOnce() throws IOException {
    NodeProto.Builder foreign = node("Mystery", "z", "y").setDomain("org.example").setName("a");
    NodeProto.Builder bad =
        node("Gemm", "q", "x", "w")
            .setName("b")
            .addAttribute(
                AttributeProto.newBuilder().setName("transA").setType(AttributeType.STRING));
    NodeProto.Builder after = node("Relu", "r", "z").setName("c");
    Path file = write(model(weight(1, 2, 3, 4), foreign, bad, after).toByteArray());
    OnnxImportException refused =
        assertThrows(OnnxImportException.class, () -> OnnxImporter.read(file));
    assertEquals(List.of("a", "b"), refused.refusals().stream().map(r -> r.node()).toList());
  }

  @Test
  void aValueNobodyWritesIsNamed() throws IOException {
    ModelProto model = model(weight(1, 2, 3, 4), node("Relu", "z", "nowhere"));
    assertTrue(refusal(model).contains("nowhere"));
  }

  @Test
  void oldOperatorSetsAreRefused() throws IOException {
    ModelProto.Builder old = model(weight(1, 2, 3, 4)).toBuilder();
    old.getOpsetImportBuilder(0).setVersion(6);
    assertTrue(refusal(old.build()).contains("operator set 6"));
  }
}
