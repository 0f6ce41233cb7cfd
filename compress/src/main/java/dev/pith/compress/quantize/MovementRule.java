package dev.pith.compress.quantize;

import dev.pith.kernels.pool.PoolFunction;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Slice;
import dev.pith.runtime.graph.ops.SpaceToDepth;
import dev.pith.runtime.graph.ops.Tile;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations that choose or move elements without computing (views, maxima over windows): they take
 * U8 as they take F32, and the result has the scale of the input.
 */
final class MovementRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return false;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    return node.outputs().size() == 1
        && switch (node.op()) {
          case Pool pool -> pool.function() == PoolFunction.MAX;
          case Transpose _, DepthToSpace _, SpaceToDepth _, Slice _, Expand _, Tile _ -> true;
          default -> node.op().isView();
        };
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    String x = node.input(0);
    if (!graph.isQuantized(x)) {
      return false;
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(0, graph.quantized(x));
    inputs.subList(1, inputs.size()).forEach(graph::needFloating);
    Scale scale = graph.scale(x);
    graph.add(node.name(), node.op(), inputs, graph.defineQuantized(node.output(0), scale));
    return true;
  }
}
