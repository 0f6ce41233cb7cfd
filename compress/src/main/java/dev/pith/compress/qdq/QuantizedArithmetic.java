package dev.pith.compress.qdq;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.compress.qdq.QdqGraph.Ending;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QAveragePool;
import dev.pith.runtime.graph.ops.QConcat;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.QMul;
import dev.pith.runtime.graph.ops.Reduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Sums, products, joins and averages of dequantized values that are quantized again compute on the
 * integers.
 */
public final class QuantizedArithmetic implements Pass {

  @Override
  public String name() {
    return "quantized-arithmetic";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.op() instanceof Dequantize)) {
      return graph;
    }
    QdqGraph search = new QdqGraph(new GraphEditor(graph), GraphTypes.of(graph));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      changed |= rewrite(search, node);
    }
    return changed ? search.editor().toGraph() : graph;
  }

  private static boolean rewrite(QdqGraph graph, Node node) {
    int operands = operands(graph, node);
    Ending ending = operands == 0 ? null : graph.ending(node.output(0));
    if (ending == null || !ending.isUnsigned()) {
      return false;
    }
    List<Stored> inputs = node.inputs().subList(0, operands).stream().map(graph::stored).toList();
    if (inputs.stream().anyMatch(Objects::isNull)
        || !inputs.stream().allMatch(Stored::isUnsigned)) {
      return false;
    }
    Op op = stored(node.op(), inputs, ending);
    if (op == null) {
      return false;
    }
    List<String> names = inputs.stream().map(Stored::name).toList();
    graph.replace(node, ending, new Node(node.name(), op, names, node.outputs()));
    return true;
  }

  /** How many inputs are values to compute with; 0 for operations this pass is not about. */
  private static int operands(QdqGraph graph, Node node) {
    boolean one =
        switch (node.op()) {
          case Pool pool ->
              pool.function() == PoolFunction.AVERAGE && pool.autoPad() == AutoPad.NONE;
          case Reduce reduce ->
              reduce.function() == ReduceFunction.MEAN
                  && reduce.keepDims()
                  && isWholeImage(graph, node, reduce);
          default -> false;
        };
    if (one) {
      return node.outputs().size() == 1 ? 1 : 0;
    }
    return switch (node.op()) {
      case Binary binary ->
          binary.function() == BinaryFunction.ADD || binary.function() == BinaryFunction.MUL
              ? 2
              : 0;
      case Concat ignored -> node.inputs().size();
      default -> 0;
    };
  }

  private static boolean isWholeImage(QdqGraph graph, Node node, Reduce reduce) {
    int rank = graph.types().rank(node.input(0));
    Tensor given = graph.editor().constant(node, 1);
    if (rank < 3 || node.hasInput(1) && given == null) {
      return false;
    }
    long[] axes =
        given != null
            ? given.toLongs()
            : reduce.axes().stream().mapToLong(Long::longValue).toArray();
    long[] sorted = Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray();
    boolean spatial = sorted.length == rank - 2;
    for (int i = 0; spatial && i < sorted.length; i++) {
      spatial = sorted[i] == i + 2;
    }
    return spatial;
  }

  private static Op stored(Op op, List<Stored> inputs, Ending end) {
    Stored a = inputs.get(0);
    float ratio = a.scale() / end.scale();
    return switch (op) {
      case Binary binary when binary.function() == BinaryFunction.ADD ->
          new QAdd(
              a.zeroPoint(),
              ratio,
              inputs.get(1).zeroPoint(),
              inputs.get(1).scale() / end.scale(),
              end.zeroPoint(),
              end.low(),
              end.high());
      case Binary ignored ->
          new QMul(
              a.zeroPoint(),
              inputs.get(1).zeroPoint(),
              QdqGraph.ratio(a.scale(), inputs.get(1).scale(), end.scale()),
              end.zeroPoint(),
              end.low(),
              end.high());
      case Concat concat -> end.isClamped() ? null : concat(concat, inputs, end);
      case Pool pool ->
          new QAveragePool(
              pool.kernel(),
              pool.window(),
              pool.ceilMode(),
              pool.countPadding(),
              a.zeroPoint(),
              ratio,
              end.zeroPoint(),
              end.low(),
              end.high());
      default ->
          new QGlobalAveragePool(a.zeroPoint(), ratio, end.zeroPoint(), end.low(), end.high());
    };
  }

  private static Op concat(Concat concat, List<Stored> inputs, Ending end) {
    List<Integer> zeroPoints = new ArrayList<>();
    List<Float> ratios = new ArrayList<>();
    for (Stored input : inputs) {
      zeroPoints.add(input.zeroPoint());
      ratios.add(input.scale() / end.scale());
    }
    return new QConcat(concat.axis(), zeroPoints, ratios, end.zeroPoint());
  }
}
