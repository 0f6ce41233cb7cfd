package dev.pith.runtime.format;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.OpCodec;
import dev.pith.runtime.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Writes graphs as FORMAT.md, "Graph", says. */
final class GraphEncoder {

  static final int LONG = 0;
  static final int FLOAT = 1;
  static final int FALSE = 2;
  static final int TRUE = 3;
  static final int STRING = 4;
  static final int LIST = 5;
  static final int RECORD = 6;
  static final int GRAPH = 7;

  private final HeaderBytes out;
  private final ToIntFunction<Tensor> tensors;

  /**
   * @param tensors number of each constant in the tensor table
   */
  GraphEncoder(HeaderBytes out, ToIntFunction<Tensor> tensors) {
    this.out = out;
    this.tensors = tensors;
  }

  void graph(Graph graph) {
    out.string(graph.name());
    values(graph.inputs());
    values(graph.outputs());
    out.unsigned(graph.constants().size());
    graph
        .constants()
        .forEach((name, tensor) -> out.string(name).unsigned(tensors.applyAsInt(tensor)));
    out.unsigned(graph.nodes().size());
    graph.nodes().forEach(this::node);
  }

  private void values(List<ValueInfo> values) {
    out.unsigned(values.size());
    for (ValueInfo value : values) {
      out.string(value.name()).u8(value.dtype() == null ? 0 : value.dtype().code());
      out.unsigned(value.dims() == null ? 0 : value.dims().size() + 1);
      if (value.dims() != null) {
        value.dims().forEach(this::dim);
      }
    }
  }

  private void dim(Dim dim) {
    if (dim.isKnown()) {
      out.u8(0).unsigned(dim.size());
    } else {
      out.u8(1).string(dim.symbol());
    }
  }

  private void node(Node node) {
    out.string(node.name()).string(node.op().name());
    names(node.inputs());
    names(node.outputs());
    attributes(OpCodec.attributes((Record) node.op()));
  }

  private void names(List<String> names) {
    out.unsigned(names.size());
    names.forEach(out::string);
  }

  private void attributes(Map<?, ?> attributes) {
    out.unsigned(attributes.size());
    attributes.forEach(
        (name, value) -> {
          out.string((String) name);
          value(value);
        });
  }

  private void value(Object value) {
    switch (value) {
      case Long number -> out.u8(LONG).signed(number);
      case Float number -> out.u8(FLOAT).fixed32(Float.floatToRawIntBits(number));
      case Boolean flag -> out.u8(flag ? TRUE : FALSE);
      case String text -> out.u8(STRING).string(text);
      case List<?> list -> {
        out.u8(LIST).unsigned(list.size());
        list.forEach(this::value);
      }
      case Map<?, ?> record -> {
        out.u8(RECORD);
        attributes(record);
      }
      case Graph graph -> {
        out.u8(GRAPH);
        graph(graph);
      }
      default -> throw new IllegalArgumentException("attribute " + value + " has no stored form");
    }
  }
}
