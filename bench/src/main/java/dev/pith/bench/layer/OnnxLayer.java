package dev.pith.bench.layer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.List;

/** ONNX models of one operator: Conv, MatMul, QLinearConv or QLinearMatMul. */
final class OnnxLayer {

  static final String INPUT = "x";
  static final String OUTPUT = "y";

  private static final int OPSET = 20;
  private static final int IR_VERSION = 9;

  private OnnxLayer() {}

  /** The bytes of a model that computes the layer with dense weights. */
  static byte[] model(LayerOperands operands) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("layer");
    NodeProto.Builder node =
        NodeProto.newBuilder().setName("layer").setOpType(type(operands.spec())).addOutput(OUTPUT);
    node.addInput(INPUT);
    Tensor weight =
        operands.spec().isConv()
            ? channelsFirst(operands.denseWeight())
            : transposed(operands.denseWeight());
    if (operands.spec().isInt8()) {
      add(graph, node, "x_scale", Tensor.of(new float[] {1}));
      add(graph, node, "x_zero", byteScalar(DType.U8, LayerOperands.ZERO_POINT));
      add(graph, node, "w", weight);
      add(graph, node, "w_scale", operands.scale());
      long outputs = operands.scale().shape().dim(0);
      add(graph, node, "w_zero", Tensor.allocate(Arena.ofAuto(), DType.I8, Shape.of(outputs)));
      add(graph, node, "y_scale", Tensor.of(new float[] {1}));
      add(graph, node, "y_zero", byteScalar(DType.U8, LayerOperands.OUTPUT_ZERO_POINT));
    } else {
      add(graph, node, "w", weight);
    }
    if (operands.bias() != null) {
      add(graph, node, "b", operands.bias());
    }
    if (operands.spec().isConv()) {
      window(node, geometry(operands));
    }
    graph.addNode(node);
    graph.addInput(declared(INPUT, operands.input().dtype(), operands.input().shape()));
    graph.addOutput(declared(OUTPUT, operands.outputType(), operands.outputShape()));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static String type(LayerSpec spec) {
    return (spec.isInt8() ? "QLinear" : "") + (spec.isConv() ? "Conv" : "MatMul");
  }

  private static ConvGeometry geometry(LayerOperands operands) {
    return switch (operands.problem()) {
      case ConvProblem conv -> conv.geometry();
      case QConvProblem conv -> conv.geometry();
      default -> throw new IllegalStateException(operands.problem() + " is no convolution");
    };
  }

  private static void window(NodeProto.Builder node, ConvGeometry g) {
    node.addAttribute(longs("kernel_shape", g.kernel()));
    node.addAttribute(longs("strides", g.strides()));
    List<Long> begin = g.padsBegin();
    List<Long> end = g.padsEnd();
    node.addAttribute(longs("pads", List.of(begin.get(0), begin.get(1), end.get(0), end.get(1))));
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName("group")
            .setType(AttributeProto.AttributeType.INT)
            .setI(g.groups()));
  }

  private static AttributeProto longs(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  private static void add(
      GraphProto.Builder graph, NodeProto.Builder node, String name, Tensor value) {
    node.addInput(name);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(number(value.dtype()))
            .setRawData(ByteString.copyFrom(value.values().asByteBuffer()));
    for (long dim : value.shape().dims()) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor);
  }

  private static Tensor byteScalar(DType dtype, int value) {
    return Tensor.ofBytes(dtype, new byte[] {(byte) value});
  }

  private static int number(DType dtype) {
    return switch (dtype) {
      case F32 -> TensorProto.DataType.FLOAT.getNumber();
      case U8 -> TensorProto.DataType.UINT8.getNumber();
      case I8 -> TensorProto.DataType.INT8.getNumber();
      case I32 -> TensorProto.DataType.INT32.getNumber();
      default -> throw new IllegalArgumentException("layers have no operands of " + dtype);
    };
  }

  private static ValueInfoProto declared(String name, DType dtype, Shape shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long dim : shape.dims()) {
      dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(number(dtype)).setShape(dims);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** O, kernel, C / groups → O, C / groups, kernel. */
  private static Tensor channelsFirst(Tensor weight) {
    Shape s = weight.shape();
    long taps = s.dim(1) * s.dim(2);
    long channels = s.dim(3);
    Tensor result =
        Tensor.allocate(
            Arena.ofAuto(), weight.dtype(), Shape.of(s.dim(0), channels, s.dim(1), s.dim(2)));
    for (long row = 0; row < s.dim(0); row++) {
      for (long tap = 0; tap < taps; tap++) {
        for (long c = 0; c < channels; c++) {
          Elements.copy(
              weight.dtype(),
              weight.values(),
              (row * taps + tap) * channels + c,
              result.values(),
              (row * channels + c) * taps + tap);
        }
      }
    }
    return result;
  }

  /** N, K → K, N. */
  private static Tensor transposed(Tensor weight) {
    long n = weight.shape().dim(0);
    long k = weight.shape().dim(1);
    Tensor result = Tensor.allocate(Arena.ofAuto(), weight.dtype(), Shape.of(k, n));
    for (long row = 0; row < n; row++) {
      for (long column = 0; column < k; column++) {
        Elements.copy(
            weight.dtype(), weight.values(), row * k + column, result.values(), column * n + row);
      }
    }
    return result;
  }
}
