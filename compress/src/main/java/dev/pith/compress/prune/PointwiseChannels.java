package dev.pith.compress.prune;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions of elements, with broadcasting: channels of all operands are joined, constants along
 * the channels are cut.
 */
final class PointwiseChannels implements ChannelRule {

  @Override
  public boolean applies(Node node) {
    return node.op() instanceof Unary || node.op() instanceof Binary;
  }

  @Override
  public void trace(Node node, ChannelTrace trace) {
    String y = node.output(0);
    int rank = trace.shape(y).rank();
    ChannelLabels first = null;
    for (String input : node.inputs()) {
      ChannelLabels labels = trace.labels(input);
      if (labels == null) {
        continue;
      }
      int axis = labels.axis() + rank - trace.shape(input).rank();
      if (first == null) {
        first = new ChannelLabels(axis, labels.ids());
        trace.label(y, first);
      } else if (axis != first.axis() || labels.ids().length != first.ids().length) {
        trace.holdInputs(node, "meets other channels at " + ChannelTrace.describe(node));
      } else {
        for (int i = 0; i < labels.ids().length; i++) {
          trace.classes().join(labels.ids()[i], first.ids()[i]);
        }
      }
    }
    if (first != null) {
      holdUncut(node, trace, first, rank);
    }
  }

  /** Holds channels that meet an operand which varies along them and cannot be cut. */
  private static void holdUncut(Node node, ChannelTrace trace, ChannelLabels labels, int rank) {
    for (String input : node.inputs()) {
      boolean varies = constantAxis(trace.shape(input), labels.axis(), rank) >= 0;
      if (varies && trace.labels(input) == null && trace.constant(input) == null) {
        trace.hold(node.output(0), "meets other channels at " + ChannelTrace.describe(node));
      }
    }
    if (trace.shape(node.output(0)).dim(labels.axis()) != labels.ids().length) {
      trace.hold(node.output(0), "is repeated at " + ChannelTrace.describe(node));
    }
  }

  /** The operand's axis along the channels; −1 if it does not vary there. */
  private static int constantAxis(Shape operand, int axis, int rank) {
    int own = axis - (rank - operand.rank());
    return own >= 0 && operand.dim(own) != 1 ? own : -1;
  }

  @Override
  public Node rewrite(Node node, ChannelCut cut) {
    int[] kept = cut.kept(node.output(0));
    if (kept == null) {
      return node;
    }
    ChannelTrace trace = cut.trace();
    int axis = trace.labels(node.output(0)).axis();
    int rank = trace.shape(node.output(0)).rank();
    List<String> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      int own = constantAxis(trace.shape(input), axis, rank);
      boolean constant = trace.constant(input) != null;
      inputs.add(constant && own >= 0 ? cut.sliced(input, own, kept) : input);
    }
    return node.withInputs(inputs);
  }
}
