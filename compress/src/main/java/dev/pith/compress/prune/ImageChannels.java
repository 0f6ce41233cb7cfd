package dev.pith.compress.prune;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operations that keep channels apart: windows, reductions along other axes, batch normalization,
 * transposes, padding of other axes; and concatenations, which put them one behind the other.
 */
final class ImageChannels implements ChannelRule {

  @Override
  public boolean applies(Node node) {
    return switch (node.op()) {
      case Pool _, BatchNorm _, Concat _, Pad _, Reduce _, Softmax _, Transpose _, Cast _ -> true;
      default -> false;
    };
  }

  @Override
  public void trace(Node node, ChannelTrace trace) {
    if (node.op() instanceof Concat concat) {
      concat(node, concat, trace);
      return;
    }
    String x = node.input(0);
    ChannelLabels labels = trace.labels(x);
    ChannelLabels moved = labels == null ? null : moved(node, labels, trace);
    if (moved == null || node.outputs().size() != 1) {
      trace.holdInputs(node, "feeds " + ChannelTrace.describe(node));
    } else {
      trace.label(node.output(0), moved);
    }
  }

  /** Where the channels of input 0 lie in the output, or {@code null} if they are not followed. */
  private static ChannelLabels moved(Node node, ChannelLabels labels, ChannelTrace trace) {
    Shape shape = trace.shape(node.input(0));
    int axis = labels.axis();
    boolean kept =
        switch (node.op()) {
          case Pool _ -> axis == 1;
          case Cast _ -> true;
          case BatchNorm _ -> axis == 1 && constants(node, trace);
          case Softmax op -> !op.flattened() && shape.axis(op.axis()) != axis;
          case Pad _ -> isUnpadded(node, axis, shape, trace);
          default -> false;
        };
    if (kept) {
      return labels;
    }
    return switch (node.op()) {
      case Transpose op -> new ChannelLabels(place(op, axis, shape.rank()), labels.ids());
      case Reduce op -> reduced(node, op, labels, shape, trace);
      default -> null;
    };
  }

  private static boolean constants(Node node, ChannelTrace trace) {
    return node.inputs().stream().skip(1).allMatch(name -> trace.constant(name) != null);
  }

  private static int place(Transpose op, int axis, int rank) {
    return op.order().isEmpty() ? rank - 1 - axis : op.order().indexOf((long) axis);
  }

  private static boolean isUnpadded(Node node, int axis, Shape shape, ChannelTrace trace) {
    Tensor counts = trace.constant(node.input(1));
    if (counts == null || node.hasInput(3)) {
      return false;
    }
    return counts.getLong(axis) == 0 && counts.getLong(axis + shape.rank()) == 0;
  }

  private static ChannelLabels reduced(
      Node node, Reduce op, ChannelLabels labels, Shape shape, ChannelTrace trace) {
    Tensor given = node.hasInput(1) ? trace.constant(node.input(1)) : null;
    if (node.hasInput(1) && given == null) {
      return null;
    }
    long[] axes = given != null ? given.toLongs() : op.axes().stream().mapToLong(a -> a).toArray();
    if (axes.length == 0 || Arrays.stream(axes).anyMatch(a -> shape.axis(a) == labels.axis())) {
      return null;
    }
    long before = Arrays.stream(axes).filter(a -> shape.axis(a) < labels.axis()).count();
    int axis = op.keepDims() ? labels.axis() : (int) (labels.axis() - before);
    return new ChannelLabels(axis, labels.ids());
  }

  private static void concat(Node node, Concat op, ChannelTrace trace) {
    String y = node.output(0);
    int along = trace.shape(y).axis(op.axis());
    List<String> labelled =
        node.inputs().stream().filter(input -> trace.labels(input) != null).toList();
    if (labelled.isEmpty()) {
      return;
    }
    boolean behind = labelled.stream().allMatch(in -> trace.labels(in).axis() == along);
    if (!behind) {
      String first = node.input(0);
      for (String input : node.inputs()) {
        trace.join(first, input, ChannelTrace.describe(node));
      }
      if (trace.labels(first) != null && trace.labels(first).axis() != along) {
        trace.label(y, trace.labels(first));
      } else {
        trace.holdInputs(node, "feeds " + ChannelTrace.describe(node));
      }
      return;
    }
    int[] ids = new int[trace.shape(y).dimInt(along)];
    int at = 0;
    for (String input : node.inputs()) {
      int extent = trace.shape(input).dimInt(along);
      ChannelLabels labels = trace.labels(input);
      int[] own = labels == null ? held(node, extent, trace) : labels.ids();
      System.arraycopy(own, 0, ids, at, extent);
      at += extent;
    }
    trace.label(y, new ChannelLabels(along, ids));
  }

  /** Channels that stay: those of a part that is not followed. */
  private static int[] held(Node node, int extent, ChannelTrace trace) {
    int[] ids = trace.classes().fresh(extent);
    for (int id : ids) {
      trace.classes().hold(id, "is joined at " + ChannelTrace.describe(node));
    }
    return ids;
  }

  @Override
  public Node rewrite(Node node, ChannelCut cut) {
    int[] kept = cut.kept(node.output(0));
    if (kept == null || !(node.op() instanceof BatchNorm)) {
      return node;
    }
    List<String> inputs = new ArrayList<>(List.of(node.input(0)));
    for (String input : node.inputs().subList(1, node.inputs().size())) {
      inputs.add(cut.sliced(input, 0, kept));
    }
    return node.withInputs(inputs);
  }
}
