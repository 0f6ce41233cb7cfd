package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.util.List;

/**
 * One ONNX node as a translation sees it: inputs, outputs, attributes with their defaults, and what
 * is known of the inputs. Not thread-safe.
 */
public final class OnnxNode {

  private final NodeProto proto;
  private final String domain;
  private final long opset;
  private final List<String> inputs;
  private final GraphBuilder graph;
  private final GraphImport scope;

  OnnxNode(NodeProto proto, long opset, List<String> inputs, GraphImport scope) {
    this.proto = proto;
    this.domain = domainOf(proto.getDomain());
    this.opset = opset;
    this.inputs = List.copyOf(inputs);
    this.graph = scope.builder();
    this.scope = scope;
  }

  /** The domain as messages spell it: the standard one may be left empty in files. */
  static String domainOf(String domain) {
    return domain.isEmpty() ? OnnxOp.ONNX : domain;
  }

  /** The operator's domain; {@code ai.onnx} for the standard one. */
  public String domain() {
    return domain;
  }

  /** The operator. */
  public String type() {
    return proto.getOpType();
  }

  /** The node's name, or that of its first output where it has none; never empty. */
  public String name() {
    return label(proto);
  }

  static String label(NodeProto proto) {
    if (!proto.getName().isEmpty()) {
      return proto.getName();
    }
    return proto.getOutputList().stream()
        .filter(output -> !output.isEmpty())
        .findFirst()
        .orElse(proto.getOpType());
  }

  /** Version of the domain's operator set that the model (or function) uses. */
  public long opset() {
    return opset;
  }

  /** Input value names by place; an empty name is an input left out. */
  public List<String> inputs() {
    return inputs;
  }

  /** Output value names by place; an empty name is an output left out. */
  public List<String> outputs() {
    return proto.getOutputList();
  }

  /** Number of input places, those left out before the last included. */
  public int inputCount() {
    return inputs.size();
  }

  /** Number of output places, those left out before the last included. */
  public int outputCount() {
    return proto.getOutputCount();
  }

  /** Whether input {@code index} is present. */
  public boolean hasInput(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty();
  }

  /** Name of input {@code index}; empty where it is left out. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Whether output {@code index} is asked for. */
  public boolean hasOutput(int index) {
    return index < proto.getOutputCount() && !proto.getOutput(index).isEmpty();
  }

  /** Name of output {@code index}; empty where it is left out. */
  public String output(int index) {
    return index < proto.getOutputCount() ? proto.getOutput(index) : "";
  }

  /**
   * Value of input {@code index} if it is the same in every run (an initializer, or a small value
   * computed from such), else {@code null}.
   */
  public Tensor constant(int index) {
    return hasInput(index) ? graph.constant(inputs.get(index)) : null;
  }

  /** Element type of input {@code index}; {@code null} where it is absent or not known. */
  public DType dtype(int index) {
    return hasInput(index) ? graph.dtype(inputs.get(index)) : null;
  }

  /** Rank of input {@code index}; −1 where it is absent or not known. */
  public int rank(int index) {
    return hasInput(index) ? graph.rank(inputs.get(index)) : -1;
  }

  /** Rank of input {@code index}; refuses the node where it is not known. */
  public int requireRank(int index) {
    int rank = rank(index);
    if (rank < 0) {
      throw refuse("the rank of input " + index + " (" + input(index) + ") cannot be found");
    }
    return rank;
  }

  /** Extents of input {@code index}; {@code null} where unknown or different from run to run. */
  public Shape shape(int index) {
    return hasInput(index) ? graph.shape(inputs.get(index)) : null;
  }

  /** Value of input {@code index}; refuses the node where it is not constant. */
  public Tensor requireConstant(int index, String meaning) {
    Tensor value = constant(index);
    if (value == null) {
      throw refuse("its " + meaning + " (input " + index + ") is not a constant");
    }
    return value;
  }

  /** The refusal of this node, to be thrown; {@code reason} says why, without the node's name. */
  public UnsupportedNodeException refuse(String reason) {
    return new UnsupportedNodeException(reason);
  }

  /** Whether attribute {@code name} is given. */
  public boolean has(String name) {
    return find(name) != null;
  }

  private AttributeProto find(String name) {
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute;
      }
    }
    return null;
  }

  private AttributeProto find(String name, AttributeType type) {
    AttributeProto attribute = find(name);
    if (attribute != null
        && attribute.getType() != type
        && attribute.getType() != AttributeType.UNDEFINED) {
      throw refuse("attribute " + name + " is of type " + attribute.getType() + ", not " + type);
    }
    return attribute;
  }

  /** Attribute {@code name} as a number, or {@code other} where it is not given. */
  public long integer(String name, long other) {
    AttributeProto attribute = find(name, AttributeType.INT);
    return attribute == null ? other : attribute.getI();
  }

  /** Attribute {@code name} as a flag (a number that is not 0). */
  public boolean flag(String name, boolean other) {
    return integer(name, other ? 1 : 0) != 0;
  }

  /** Attribute {@code name} as a floating-point number, or {@code other} where it is not given. */
  public float floating(String name, float other) {
    AttributeProto attribute = find(name, AttributeType.FLOAT);
    return attribute == null ? other : attribute.getF();
  }

  /** Attribute {@code name} as text, or {@code other} where it is not given. */
  public String string(String name, String other) {
    AttributeProto attribute = find(name, AttributeType.STRING);
    return attribute == null ? other : attribute.getS().toStringUtf8();
  }

  /** Attribute {@code name} as numbers, or {@code other} where it is not given. */
  public List<Long> longs(String name, List<Long> other) {
    AttributeProto attribute = find(name, AttributeType.INTS);
    return attribute == null ? other : List.copyOf(attribute.getIntsList());
  }

  /** Attribute {@code name} as floating-point numbers, or {@code other} where it is not given. */
  public List<Float> floats(String name, List<Float> other) {
    AttributeProto attribute = find(name, AttributeType.FLOATS);
    return attribute == null ? other : List.copyOf(attribute.getFloatsList());
  }

  /** Attribute {@code name} as texts, or {@code other} where it is not given. */
  public List<String> strings(String name, List<String> other) {
    AttributeProto attribute = find(name, AttributeType.STRINGS);
    return attribute == null
        ? other
        : attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  /** Attribute {@code name} as a tensor, or {@code null} where it is not given. */
  public Tensor tensor(String name) {
    AttributeProto attribute = find(name, AttributeType.TENSOR);
    return attribute == null ? null : scope.tensor(attribute.getT());
  }

  /** Attribute {@code name}, a sparse tensor, in dense form; {@code null} where it is not given. */
  public Tensor sparseTensor(String name) {
    AttributeProto attribute = find(name, AttributeType.SPARSE_TENSOR);
    return attribute == null ? null : scope.sparseTensor(attribute.getSparseTensor());
  }

  /** Attribute {@code name} as an element type, or {@code other} where it is not given. */
  public DType dtype(String name, DType other) {
    if (!has(name)) {
      return other;
    }
    long number = integer(name, 0);
    DType dtype = OnnxDType.of(number);
    if (dtype == null) {
      throw refuse(
          "attribute "
              + name
              + " is type "
              + OnnxDType.name(number)
              + ", which Pith does not have");
    }
    return dtype;
  }

  /**
   * Attribute {@code name} as a graph of its own; refuses the node where it is not given. Nodes of
   * it that are not supported are reported with the others.
   */
  public Subgraph graph(String name) {
    AttributeProto attribute = find(name, AttributeType.GRAPH);
    if (attribute == null) {
      throw refuse("attribute " + name + " (a graph) is missing");
    }
    return scope.subgraph(attribute.getG());
  }
}
