package dev.pith.compress.fuse;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Reduce;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The mean over all pixels of images is global average pooling however it is written: with axes
 * from the end, as an input, or without the extents of 1. Pooling stays in the arrangement and the
 * type of the layers before it.
 */
public final class SpatialMean implements Pass {

  @Override
  public String name() {
    return "spatial-mean";
  }

  @Override
  public Graph apply(Graph graph) {
    if (graph.nodes().stream().noneMatch(SpatialMean::isMean)) {
      return graph;
    }
    TypeTracker types = GraphTypes.of(graph);
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (isMean(node)) {
        changed |= rewrite(editor, node, types.rank(node.input(0)));
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean isMean(Node node) {
    return node.op() instanceof Reduce reduce && reduce.function() == ReduceFunction.MEAN;
  }

  private static boolean rewrite(GraphEditor editor, Node node, int rank) {
    Reduce reduce = (Reduce) node.op();
    Tensor given = editor.constant(node, 1);
    if (rank < 4 || node.hasInput(1) && given == null) {
      return false;
    }
    long[] axes =
        given == null
            ? reduce.axes().stream().mapToLong(Long::longValue).toArray()
            : given.toLongs();
    List<Long> pixels = LongStream.range(2, rank).boxed().toList();
    List<Long> reduced =
        Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().boxed().toList();
    Reduce pooling = new Reduce(ReduceFunction.MEAN, pixels, true, false);
    if (!reduced.equals(pixels) || reduce.equals(pooling) && given == null) {
      return false;
    }
    Node pool = node.withOp(pooling).withInputs(List.of(node.input(0)));
    if (reduce.keepDims()) {
      editor.replace(pool);
      return true;
    }
    String pooled = editor.freshName(node.output(0) + "_pooled");
    editor.replace(pool.withOutputs(List.of(pooled)));
    String name = editor.freshName(node.name() + "_flat");
    editor.add(new Node(name, new Flatten(1), List.of(pooled), node.outputs()));
    return true;
  }
}
