package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.movement.ScatterReduction;
import dev.pith.runtime.graph.ops.Cumulative;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.GatherElements;
import dev.pith.runtime.graph.ops.GatherND;
import dev.pith.runtime.graph.ops.NonZero;
import dev.pith.runtime.graph.ops.OneHot;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.ReverseSequence;
import dev.pith.runtime.graph.ops.ScatterElements;
import dev.pith.runtime.graph.ops.ScatterND;
import dev.pith.runtime.graph.ops.Unique;
import java.util.List;
import java.util.Locale;

/** Elements are found by indices, or indices by elements; running results along an axis. */
final class IndexOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of(
              "Gather", (node, graph) -> graph.same(node, new Gather(node.integer("axis", 0)))),
          OnnxOp.of(
              "GatherElements",
              (node, graph) -> graph.same(node, new GatherElements(node.integer("axis", 0)))),
          OnnxOp.of(
              "GatherND",
              (node, graph) -> graph.same(node, new GatherND(node.integer("batch_dims", 0)))),
          OnnxOp.of("Scatter", IndexOps::scatterElements),
          OnnxOp.of("ScatterElements", IndexOps::scatterElements),
          OnnxOp.of("ScatterND", (node, graph) -> graph.same(node, new ScatterND(reduction(node)))),
          OnnxOp.of(
              "OneHot", (node, graph) -> graph.same(node, new OneHot(node.integer("axis", -1)))),
          OnnxOp.of("ReverseSequence", IndexOps::reverseSequence),
          OnnxOp.of("NonZero", (node, graph) -> graph.same(node, new NonZero())),
          OnnxOp.of("Unique", IndexOps::unique),
          cumulative("CumSum", BinaryFunction.ADD),
          cumulative("CumProd", BinaryFunction.MUL));

  private IndexOps() {}

  private static void scatterElements(OnnxNode node, GraphBuilder graph) {
    graph.same(node, new ScatterElements(node.integer("axis", 0), reduction(node)));
  }

  private static ScatterReduction reduction(OnnxNode node) {
    String name = node.string("reduction", "none");
    return switch (name) {
      case "none", "add", "mul", "min", "max" ->
          ScatterReduction.valueOf(name.toUpperCase(Locale.ROOT));
      default -> throw node.refuse("reduction is '" + name + "', not none, add, mul, min or max");
    };
  }

  private static void reverseSequence(OnnxNode node, GraphBuilder graph) {
    long batchAxis = node.integer("batch_axis", 1);
    long timeAxis = node.integer("time_axis", 0);
    graph.same(node, new ReverseSequence(batchAxis, timeAxis));
  }

  private static void unique(OnnxNode node, GraphBuilder graph) {
    String x = node.input(0);
    if (!node.has("axis")) {
      x = graph.add(new Reshape(false), x, graph.longs(-1));
    }
    Unique unique = new Unique(node.integer("axis", 0), node.flag("sorted", true));
    graph.write(unique, List.of(x), node.outputs());
  }

  private static OnnxOp cumulative(String type, BinaryFunction function) {
    return OnnxOp.of(
        type,
        (node, graph) ->
            graph.same(
                node,
                new Cumulative(
                    function, node.flag("exclusive", false), node.flag("reverse", false))));
  }
}
