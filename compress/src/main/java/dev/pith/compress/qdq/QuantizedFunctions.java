package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.QLookup;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Functions of one dequantized value, however many nodes spell them out, that are quantized again
 * become a table of 256 results. The table is computed by the nodes themselves, so every result is
 * the same bit for bit. A function that changes nothing goes.
 */
public final class QuantizedFunctions implements Pass {

  /** Nodes of a function; longer ones are left alone. */
  private static final int MAX_NODES = 24;

  @Override
  public String name() {
    return "quantized-functions";
  }

  @Override
  public Graph apply(Graph graph) {
    Search search = new Search(new GraphEditor(graph), GraphTypes.of(graph));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Quantize op && op.dtype() == DType.U8) {
        changed |= search.rewrite(node, op);
      } else if (node.op() instanceof Gather gather) {
        changed |= search.rewriteTable(node, gather);
      }
    }
    return changed ? search.editor.toGraph() : graph;
  }

  private static final class Search {
    private final GraphEditor editor;
    private final TypeTracker types;

    Search(GraphEditor editor, TypeTracker types) {
      this.editor = editor;
      this.types = types;
    }

    boolean rewrite(Node quantize, Quantize op) {
      Set<Node> function = new LinkedHashSet<>();
      Set<String> stored = new LinkedHashSet<>();
      if (!collect(quantize.input(0), function, stored) || stored.size() != 1) {
        return false;
      }
      String x = stored.iterator().next();
      byte[] all = new byte[256];
      for (int q = 0; q < all.length; q++) {
        all[q] = (byte) q;
      }
      Map<String, Tensor> values = new LinkedHashMap<>(editor.constants());
      values.put(x, Tensor.ofBytes(DType.U8, all, all.length));
      for (Node node : function) {
        values.put(node.output(0), GraphTypes.evaluate(node, values).get(0));
      }
      Tensor table = GraphTypes.evaluate(quantize, values).get(0);
      if (isIdentity(table)) {
        return editor.bypass(quantize, x);
      }
      table = table.withQuantization(Quantization.perTensor(op.scale(), op.zeroPoint()));
      String name = editor.addConstant(quantize.name() + "_table", table);
      editor.replace(
          new Node(quantize.name(), new QLookup(), List.of(x, name), quantize.outputs()));
      return true;
    }

    /**
     * Collects the nodes between {@code value} and the integers it is computed from, in topological
     * order; false if something else than one number for each element takes part.
     */
    private boolean collect(String value, Set<Node> function, Set<String> stored) {
      Node node = editor.producer(value);
      if (node == null || function.size() > MAX_NODES) {
        return false;
      }
      boolean known =
          switch (node.op()) {
            case Dequantize ignored -> {
              stored.add(node.input(0));
              yield types.dtype(node.input(0)) == DType.U8 && !editor.isConstant(node.input(0));
            }
            case Unary ignored -> collect(node.input(0), function, stored);
            case Binary ignored ->
                operand(node, 0, function, stored) && operand(node, 1, function, stored);
            default -> false;
          };
      if (known) {
        function.add(node);
      }
      return known;
    }

    private boolean operand(Node node, int index, Set<Node> function, Set<String> stored) {
      Tensor constant = editor.constant(node, index);
      if (constant == null) {
        return collect(node.input(index), function, stored);
      }
      return constant.shape().elementCount() == 1
          && constant.shape().rank() <= Math.max(0, types.rank(node.input(1 - index)))
          && constant.shape().rank() <= 1;
    }

    private static boolean isIdentity(Tensor table) {
      for (int q = 0; q < 256; q++) {
        if (table.getLong(q) != q) {
          return false;
        }
      }
      return true;
    }

    /** An element of a constant table of 256 bytes, at the place a U8 value says. */
    boolean rewriteTable(Node node, Gather gather) {
      Tensor table = editor.constant(node, 0);
      Node index = editor.producer(node.input(1));
      boolean fits =
          table != null
              && table.dtype() == DType.U8
              && table.shape().equals(Shape.of(256))
              && gather.axis() <= 0
              && index != null
              && index.op() instanceof Cast cast
              && (cast.dtype() == DType.I32 || cast.dtype() == DType.I64)
              && types.dtype(index.input(0)) == DType.U8;
      if (!fits) {
        return false;
      }
      List<String> inputs = new ArrayList<>();
      inputs.add(index.input(0));
      inputs.add(node.input(0));
      editor.replace(new Node(node.name(), new QLookup(), inputs, node.outputs()));
      return true;
    }
  }
}
