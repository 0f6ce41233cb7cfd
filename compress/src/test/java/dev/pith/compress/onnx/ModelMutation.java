package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damages ONNX models: bytes that change, vanish or appear, and, in files that can still be parsed,
 * attributes, inputs, outputs, operators and types that no exporter would write.
 */
final class ModelMutation {

  private static final long[] NUMBERS = {
    -1,
    0,
    1,
    2,
    3,
    7,
    -2,
    100,
    1L << 20,
    1L << 31,
    (1L << 31) - 1,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final float[] REALS = {
    0, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, 1e-30f
  };

  private final Random random;
  private final List<String> types = new ArrayList<>();

  ModelMutation(long seed) {
    random = new Random(seed);
  }

  /** A file with some bytes changed. */
  byte[] ofBytes(byte[] file) {
    int at = random.nextInt(file.length);
    byte[] changed = file.clone();
    switch (random.nextInt(4)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt(256);
      case 2 -> changed = Arrays.copyOf(file, at);
      default -> {
        int gone = Math.min(file.length - at, 1 + random.nextInt(8));
        changed = Arrays.copyOf(file, file.length - gone);
        System.arraycopy(file, at + gone, changed, at, file.length - gone - at);
      }
    }
    return changed;
  }

  /** A model with one part changed. */
  ModelProto of(ModelProto model) {
    ModelProto.Builder changed = model.toBuilder();
    GraphProto.Builder graph = changed.getGraphBuilder();
    graph.getNodeList().forEach(node -> types.add(node.getOpType()));
    if (graph.getNodeCount() == 0) {
      return model;
    }
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(7)) {
      case 0, 1 -> attribute(node);
      case 2 -> node.setOpType(types.get(random.nextInt(types.size())));
      case 3 -> inputs(node);
      case 4 -> node.addOutput("another");
      case 5 -> removed(node);
      default -> type(graph);
    }
    return changed.build();
  }

  private long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private void attribute(NodeProto.Builder node) {
    if (node.getAttributeCount() == 0) {
      return;
    }
    AttributeProto.Builder attribute =
        node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    switch (attribute.getType()) {
      case INT -> attribute.setI(number());
      case FLOAT -> attribute.setF(REALS[random.nextInt(REALS.length)]);
      case INTS -> {
        if (random.nextInt(4) == 0 || attribute.getIntsCount() == 0) {
          attribute.addInts(number());
        } else {
          attribute.setInts(random.nextInt(attribute.getIntsCount()), number());
        }
      }
      case TENSOR -> attribute.getTBuilder().addDims(number());
      default -> attribute.clearStrings().clearFloats();
    }
  }

  private void inputs(NodeProto.Builder node) {
    if (node.getInputCount() > 0) {
      int at = random.nextInt(node.getInputCount());
      boolean isGone = random.nextBoolean();
      node.setInput(at, isGone ? "" : node.getInput(random.nextInt(node.getInputCount())));
    }
  }

  private void removed(NodeProto.Builder node) {
    if (node.getAttributeCount() > 0 && random.nextBoolean()) {
      node.removeAttribute(random.nextInt(node.getAttributeCount()));
    } else if (node.getInputCount() > 0) {
      List<String> fewer = new ArrayList<>(node.getInputList());
      fewer.removeLast();
      node.clearInput().addAllInput(fewer);
    }
  }

  private void type(GraphProto.Builder graph) {
    if (graph.getInputCount() == 0) {
      return;
    }
    TypeProto.Tensor.Builder type =
        graph
            .getInputBuilder(random.nextInt(graph.getInputCount()))
            .getTypeBuilder()
            .getTensorTypeBuilder();
    TensorShapeProto.Builder shape = type.getShapeBuilder();
    if (random.nextBoolean()) {
      type.setElemType(1 + random.nextInt(16));
    } else if (shape.getDimCount() > 0 && random.nextBoolean()) {
      shape.getDimBuilder(random.nextInt(shape.getDimCount())).setDimValue(number());
    } else {
      shape.addDimBuilder().setDimValue(number());
    }
  }
}
