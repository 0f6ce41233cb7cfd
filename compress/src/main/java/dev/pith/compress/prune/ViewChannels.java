package dev.pith.compress.prune;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Reshape;
import java.util.ArrayList;
import java.util.List;

/**
 * Reshapes and other views: channels are followed where one axis of the output holds them whole,
 * alone or repeated together with its neighbours ([N, C, H, W] to [N, C·H·W]).
 */
final class ViewChannels implements ChannelRule {

  @Override
  public boolean applies(Node node) {
    return node.op().isView();
  }

  @Override
  public void trace(Node node, ChannelTrace trace) {
    String x = node.input(0);
    ChannelLabels labels = trace.labels(x);
    if (labels == null) {
      return;
    }
    ChannelLabels moved = moved(labels, trace.shape(x), trace.shape(node.output(0)));
    if (moved == null || !canRewrite(node, trace, labels, moved)) {
      trace.hold(x, "is torn apart at " + ChannelTrace.describe(node));
    } else {
      trace.label(node.output(0), moved);
    }
  }

  /** Labels after the reshape, or {@code null} if no axis of the output holds them whole. */
  static ChannelLabels moved(ChannelLabels labels, Shape from, Shape to) {
    long outer = from.elementCount(0, labels.axis());
    long inner = from.elementCount(labels.axis() + 1, from.rank());
    int channels = labels.ids().length;
    for (int axis = 0; axis < to.rank(); axis++) {
      long before = to.elementCount(0, axis);
      long behind = to.elementCount(axis + 1, to.rank());
      long extent = to.dim(axis);
      boolean whole =
          before > 0
              && behind > 0
              && outer % before == 0
              && inner % behind == 0
              && outer / before * channels * (inner / behind) == extent;
      if (whole && extent >= channels && (extent > 1 || axis == labels.axis())) {
        int[] ids = new int[Math.toIntExact(extent)];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = labels.ids()[(int) (i / (inner / behind) % channels)];
        }
        return new ChannelLabels(axis, ids);
      }
    }
    return null;
  }

  private static boolean canRewrite(
      Node node, ChannelTrace trace, ChannelLabels from, ChannelLabels to) {
    if (!(node.op() instanceof Reshape)) {
      return true;
    }
    Tensor target = trace.constant(node.input(1));
    if (target == null) {
      return false;
    }
    // An entry 0 copies the input's extent at the same place, cut or not.
    boolean copies = target.getLong(to.axis()) == 0;
    return !copies || from.axis() == to.axis() && from.ids().length == to.ids().length;
  }

  @Override
  public Node rewrite(Node node, ChannelCut cut) {
    int[] kept = cut.kept(node.output(0));
    if (kept == null || !(node.op() instanceof Reshape)) {
      return node;
    }
    Tensor target = cut.trace().constant(node.input(1));
    int axis = cut.trace().labels(node.output(0)).axis();
    if (target.getLong(axis) <= 0) {
      return node;
    }
    Tensor smaller = ChannelCut.withEntry(target, axis, kept.length);
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, cut.constant(node.input(1) + "_cut", smaller));
    return node.withInputs(inputs);
  }
}
