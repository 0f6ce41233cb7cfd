package dev.pith.compress.testing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.util.Arrays;

/** Writes small ONNX models by hand, as exporters other than Pith's write them. */
public final class OnnxModel {

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final long opset;

  /** An empty model of the given version of ONNX's operators. */
  public OnnxModel(long opset) {
    this.opset = opset;
  }

  /** Adds an F32 input; −1 stands for an extent that changes. */
  public OnnxModel input(String name, long... dims) {
    graph.addInput(value(name, dims));
    return this;
  }

  /** Adds an F32 output. */
  public OnnxModel output(String name, long... dims) {
    graph.addOutput(value(name, dims));
    return this;
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      TensorShapeProto.Dimension.Builder extent = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dim < 0 ? extent.setDimParam("N") : extent.setDimValue(dim));
    }
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** Adds a constant; returns its name. */
  public String constant(String name, Tensor tensor) {
    byte[] bytes = tensor.values().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(number(tensor.dtype()))
            .addAllDims(Arrays.stream(tensor.shape().dims()).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  private static int number(DType dtype) {
    return switch (dtype) {
      case F32 -> 1;
      case U8 -> 2;
      case I8 -> 3;
      case I32 -> 6;
      case I64 -> 7;
      default -> throw new IllegalArgumentException("no test needs " + dtype);
    };
  }

  /** Adds a number; returns its name. */
  public String number(String name, float value) {
    return constant(name, Tensor.scalar(value));
  }

  /** Adds an integer of one byte; returns its name. */
  public String number(String name, DType dtype, int value) {
    return constant(name, Tensor.ofBytes(dtype, new byte[] {(byte) value}));
  }

  /** Adds a node with one output of the same name; returns the name. */
  public String node(String type, String output, String... inputs) {
    return node(type, output, new AttributeProto[0], inputs);
  }

  /** Adds a node with attributes and one output of the same name; returns the name. */
  public String node(String type, String output, AttributeProto[] attributes, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(output)
            .addAllAttribute(Arrays.asList(attributes))
            .addAllInput(Arrays.asList(inputs))
            .addOutput(output));
    return output;
  }

  /** Adds a node with several outputs. */
  public void node(String type, String[] outputs, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(outputs[0])
            .addAllInput(Arrays.asList(inputs))
            .addAllOutput(Arrays.asList(outputs)));
  }

  /** An attribute that is an integer. */
  public static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  /** An attribute that is a list of integers. */
  public static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  /** The file. */
  public byte[] toBytes() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }
}
