package dev.pith.compress.quantize;

import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.QAveragePool;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.Reduce;
import java.util.List;

/** Averages over windows and over whole images. (Maxima only move elements: MovementRule.) */
final class PoolRule implements QuantizationRule {

  @Override
  public boolean isLayer() {
    return false;
  }

  @Override
  public boolean applies(Node node, Rewriter graph) {
    return switch (node.op()) {
      case Pool pool -> pool.function() == PoolFunction.AVERAGE && pool.autoPad() == AutoPad.NONE;
      case Reduce reduce ->
          reduce.function() == ReduceFunction.MEAN
              && reduce.keepDims()
              && isSpatial(axes(node, reduce, graph));
      default -> false;
    };
  }

  private static List<Long> axes(Node node, Reduce reduce, Rewriter graph) {
    if (!node.hasInput(1)) {
      return reduce.axes();
    }
    Tensor given = graph.constant(node, 1);
    return given == null ? List.of() : java.util.Arrays.stream(given.toLongs()).boxed().toList();
  }

  /** Whether these are all axes behind batch and channels, of one to three. */
  private static boolean isSpatial(List<Long> axes) {
    List<Long> sorted = axes.stream().sorted().toList();
    return sorted.equals(List.of(2L))
        || sorted.equals(List.of(2L, 3L))
        || sorted.equals(List.of(2L, 3L, 4L));
  }

  @Override
  public boolean rewrite(Node node, Rewriter graph, StaticQuantization quantization) {
    String x = node.input(0);
    Scale out = graph.calibrated(node.output(0));
    boolean wholeImage = node.op() instanceof Reduce;
    if (!graph.isQuantized(x) || out == null || wholeImage && !isWhole(node, graph)) {
      return false;
    }
    Scale in = graph.scale(x);
    float ratio = (float) (in.scale() / (double) out.scale());
    Op op =
        node.op() instanceof Pool pool
            ? new QAveragePool(
                pool.kernel(),
                pool.window(),
                pool.ceilMode(),
                pool.countPadding(),
                in.zeroPoint(),
                ratio,
                out.zeroPoint(),
                0,
                255)
            : new QGlobalAveragePool(in.zeroPoint(), ratio, out.zeroPoint(), 0, 255);
    String y = graph.defineQuantized(node.output(0), out);
    graph.add(node.name(), op, List.of(graph.quantized(x)), y);
    return true;
  }

  /** Whether the axes are all spatial axes of the input. */
  private static boolean isWhole(Node node, Rewriter graph) {
    int rank = graph.rank(node.input(0));
    return rank == 2 + axes(node, (Reduce) node.op(), graph).size();
  }
}
