package dev.pith.compress.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.pith.compress.layer.ValueTypes;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The ONNX graph being written. Values keep their names. Not thread-safe. */
final class ExportContext {

  private final Graph graph;
  private final ValueTypes types;
  private final ActivationScales scales;
  private final GraphProto.Builder proto;
  private final Set<String> names = new HashSet<>();
  private final Set<String> written = new HashSet<>();

  ExportContext(Graph graph, GraphProto.Builder proto) {
    this.graph = graph;
    this.proto = proto;
    this.types = ValueTypes.beforeData(graph);
    this.scales = ActivationScales.of(graph, types);
    graph.inputs().forEach(input -> names.add(input.name()));
    names.addAll(graph.constants().keySet());
    graph.nodes().forEach(node -> names.addAll(node.outputs()));
  }

  ValueTypes types() {
    return types;
  }

  /** Scale of a U8 value. */
  float scale(String value) {
    return scales.of(value);
  }

  /** Rank of a value, or −1 if it depends on data. */
  int rank(String value) {
    Shape shape = types.shape(value);
    return shape == null ? -1 : shape.rank();
  }

  /** Element type of a value, or {@code null} if it depends on data. */
  DType dtype(String value) {
    if (types.types().containsKey(value)) {
      return types.types().get(value).dtype();
    }
    Tensor known = types.known().get(value);
    return known == null ? null : known.dtype();
  }

  /** The constant of that name in dense layout, or {@code null}. */
  Tensor constant(String name) {
    Tensor constant = graph.constants().get(name);
    return constant == null || constant.isDense()
        ? constant
        : constant.layout().decode(constant, Arena.ofAuto());
  }

  /** A value or node name that is not in use. */
  String freshName(String base) {
    String name = base;
    for (int i = 1; !names.add(name); i++) {
      name = base + "_" + i;
    }
    return name;
  }

  /** Name of the value as ONNX nodes read it; constants are written when first read. */
  String use(String value) {
    Tensor constant = constant(value);
    if (constant != null && written.add(value)) {
      proto.addInitializer(tensor(value, constant));
    }
    return value;
  }

  /** Names of all inputs of a node. */
  List<String> inputs(Node node) {
    return new ArrayList<>(node.inputs().stream().map(this::use).toList());
  }

  /** Adds a constant under a fresh name. */
  String add(String base, Tensor value) {
    String name = freshName(base);
    written.add(name);
    proto.addInitializer(tensor(name, value));
    return name;
  }

  /** Adds a scalar constant of a value's element type. */
  String scalar(String base, DType dtype, double value) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, Shape.SCALAR);
    dev.pith.kernels.tensor.Elements.setDouble(dtype, tensor.values(), 0, value);
    return add(base, tensor);
  }

  /** Adds an I64 vector. */
  String longs(String base, long... values) {
    return add(base, Tensor.of(values, values.length));
  }

  /** Adds a node that is the whole of {@code node}, with the same inputs and outputs. */
  void same(Node node, String onnx) {
    same(node, onnx, Attributes.none());
  }

  /** Adds a node that is the whole of {@code node}, with the same inputs and outputs. */
  void same(Node node, String onnx, Attributes attributes) {
    node(onnx, node.name(), inputs(node), node.outputs(), attributes);
  }

  /** Adds a node with one output of a fresh name, which is returned. */
  String node(String onnx, String base, Attributes attributes, String... inputs) {
    String output = freshName(base);
    node(onnx, output, List.of(inputs), List.of(output), attributes);
    return output;
  }

  /** Adds a node with one output of the given name. */
  void output(String onnx, Node node, Attributes attributes, String... inputs) {
    node(onnx, node.name(), List.of(inputs), List.of(node.output(0)), attributes);
  }

  /** Adds a node. */
  void node(
      String onnx, String name, List<String> inputs, List<String> outputs, Attributes attributes) {
    int last = inputs.size();
    while (last > 0 && inputs.get(last - 1).isEmpty()) {
      last--;
    }
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType(onnx)
            .setName(name)
            .addAllInput(inputs.subList(0, last))
            .addAllOutput(outputs)
            .addAllAttribute(attributes.build()));
  }

  /** ONNX's number for an element type. */
  static int number(DType dtype) {
    return switch (dtype) {
      case F32 -> DataType.FLOAT_VALUE;
      case F64 -> DataType.DOUBLE_VALUE;
      case F16 -> DataType.FLOAT16_VALUE;
      case BF16 -> DataType.BFLOAT16_VALUE;
      case U8 -> DataType.UINT8_VALUE;
      case I8 -> DataType.INT8_VALUE;
      case U16 -> DataType.UINT16_VALUE;
      case I16 -> DataType.INT16_VALUE;
      case U32 -> DataType.UINT32_VALUE;
      case I32 -> DataType.INT32_VALUE;
      case U64 -> DataType.UINT64_VALUE;
      case I64 -> DataType.INT64_VALUE;
      case BOOL -> DataType.BOOL_VALUE;
      case U4 -> DataType.UINT4_VALUE;
      case I4 -> DataType.INT4_VALUE;
    };
  }

  private static TensorProto tensor(String name, Tensor value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(number(value.dtype()));
    for (long dim : value.shape().dims()) {
      tensor.addDims(dim);
    }
    return tensor.setRawData(ByteString.copyFrom(value.values().asByteBuffer())).build();
  }
}
