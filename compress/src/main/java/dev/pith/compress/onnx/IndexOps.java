package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.movement.ScatterReduction;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cumulative;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.GatherElements;
import dev.pith.runtime.graph.ops.GatherND;
import dev.pith.runtime.graph.ops.NonZero;
import dev.pith.runtime.graph.ops.OneHot;
import dev.pith.runtime.graph.ops.Range;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.ReverseSequence;
import dev.pith.runtime.graph.ops.ScatterElements;
import dev.pith.runtime.graph.ops.ScatterND;
import dev.pith.runtime.graph.ops.ShapeOf;
import dev.pith.runtime.graph.ops.Squeeze;
import dev.pith.runtime.graph.ops.Unique;
import dev.pith.runtime.graph.ops.Unsqueeze;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

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
          OnnxOp.of("TensorScatter", IndexOps::tensorScatter),
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

  /**
   * Updates go to consecutive positions along an axis from where input 2 says for each sample:
   * positions become indices of ScatterElements.
   */
  private static void tensorScatter(OnnxNode node, GraphBuilder graph) {
    int rank = node.requireRank(0);
    long given = node.integer("axis", -2);
    long axis = given < 0 ? given + rank : given;
    if (axis < 1 || axis >= rank) {
      throw node.refuse("axis " + given + " is not one behind the batch of rank " + rank);
    }
    String mode = node.string("mode", "linear");
    if (!mode.equals("linear") && !mode.equals("circular")) {
      throw node.refuse("mode is '" + mode + "', not linear or circular");
    }
    ShapeOf extent = new ShapeOf(axis, axis + 1);
    String count = graph.add(new Squeeze(), graph.add(extent, node.input(1)));
    String zero = graph.scalar(DType.I64, 0);
    String steps = graph.add(new Range(), zero, count, graph.scalar(DType.I64, 1));
    String behind = graph.longs(LongStream.range(1, rank - axis).toArray());
    String places = graph.add(new Unsqueeze(), steps, behind);
    if (node.hasInput(2)) {
      String others = graph.longs(LongStream.range(1, rank).toArray());
      String starts = graph.add(new Unsqueeze(), node.input(2), others);
      places = graph.add(new Binary(BinaryFunction.ADD), starts, places);
    }
    if (mode.equals("circular")) {
      String length = graph.add(extent, node.input(0));
      places = graph.add(new Binary(BinaryFunction.MOD), places, length);
    }
    places = graph.add(new Expand(), places, graph.add(ShapeOf.ALL, node.input(1)));
    ScatterElements scatter = new ScatterElements(axis, ScatterReduction.NONE);
    graph.output(node, scatter, node.input(0), places, node.input(1));
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
