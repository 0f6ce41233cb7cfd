package dev.pith.runtime.format;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Ops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads graphs as FORMAT.md, "Graph", says. */
final class GraphDecoder {

  private final HeaderCursor in;
  private final List<Tensor> tensors;

  GraphDecoder(HeaderCursor in, List<Tensor> tensors) {
    this.in = in;
    this.tensors = tensors;
  }

  Graph graph(int depth) {
    if (depth > ModelFormat.MAX_DEPTH) {
      throw in.corrupt("graphs and lists are nested more than " + ModelFormat.MAX_DEPTH + " deep");
    }
    String name = in.string();
    List<ValueInfo> inputs = values();
    List<ValueInfo> outputs = values();
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (int i = in.count(2, "constants"); i > 0; i--) {
      String constant = in.string();
      Tensor tensor = tensors.get(in.below(tensors.size(), "a constant's tensor"));
      if (constants.put(constant, tensor) != null) {
        throw in.corrupt("two constants are named " + constant);
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (int i = in.count(5, "nodes"); i > 0; i--) {
      nodes.add(node(depth));
    }
    return new Graph(name, inputs, outputs, nodes, constants);
  }

  private List<ValueInfo> values() {
    List<ValueInfo> values = new ArrayList<>();
    for (int i = in.count(3, "declared values"); i > 0; i--) {
      String name = in.string();
      int code = in.u8();
      DType dtype = code == 0 ? null : dtype(in, code);
      int rank = in.below(ModelFormat.MAX_RANK, "a rank") - 1;
      List<Dim> dims = rank < 0 ? null : new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        dims.add(dim());
      }
      values.add(new ValueInfo(name, dtype, dims));
    }
    return values;
  }

  private Dim dim() {
    return switch (in.u8()) {
      case 0 -> Dim.of(in.length("an extent"));
      case 1 -> Dim.symbol(in.string());
      default -> throw in.corrupt("an extent is neither a number (0) nor a symbol (1)");
    };
  }

  static DType dtype(HeaderCursor in, int code) {
    for (DType dtype : DType.values()) {
      if (dtype.code() == code) {
        return dtype;
      }
    }
    throw in.corrupt("no element type has code " + code);
  }

  private Node node(int depth) {
    String name = in.string();
    String op = in.string();
    List<String> inputs = names();
    List<String> outputs = names();
    return new Node(name, op(name, op, attributes(depth)), inputs, outputs);
  }

  private Op op(String node, String name, Map<String, Object> attributes) {
    try {
      return Ops.parse(name, attributes);
    } catch (RuntimeException e) {
      // Records check their attributes in many ways; each refusal means the same here.
      throw in.corrupt("node " + node + ": " + e.getMessage(), e);
    }
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = in.count(1, "names"); i > 0; i--) {
      names.add(in.string());
    }
    return names;
  }

  private Map<String, Object> attributes(int depth) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (int i = in.count(2, "attributes"); i > 0; i--) {
      String name = in.string();
      if (attributes.put(name, value(depth + 1)) != null) {
        throw in.corrupt("two attributes are named " + name);
      }
    }
    return attributes;
  }

  private Object value(int depth) {
    if (depth > ModelFormat.MAX_DEPTH) {
      throw in.corrupt("graphs and lists are nested more than " + ModelFormat.MAX_DEPTH + " deep");
    }
    int kind = in.u8();
    return switch (kind) {
      case GraphEncoder.LONG -> in.signed();
      case GraphEncoder.FLOAT -> Float.intBitsToFloat(in.fixed32());
      case GraphEncoder.FALSE -> false;
      case GraphEncoder.TRUE -> true;
      case GraphEncoder.STRING -> in.string();
      case GraphEncoder.LIST -> {
        List<Object> list = new ArrayList<>();
        for (int i = in.count(1, "list elements"); i > 0; i--) {
          list.add(value(depth + 1));
        }
        yield list;
      }
      case GraphEncoder.RECORD -> attributes(depth);
      case GraphEncoder.GRAPH -> graph(depth + 1);
      default -> throw in.corrupt("no attribute value has kind " + kind);
    };
  }
}
