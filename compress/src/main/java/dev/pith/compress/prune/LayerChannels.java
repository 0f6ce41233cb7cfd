package dev.pith.compress.prune;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions and linear layers: rows of the weight are channels of the output, the fastest
 * columns channels of the input. A depthwise convolution passes its input's channels on; other
 * grouped convolutions hold theirs, because groups must stay equally large.
 */
final class LayerChannels implements ChannelRule {

  private static final int BIAS = 2;
  private static final int RESIDUAL = 3;

  @Override
  public boolean applies(Node node) {
    return node.op() instanceof Conv || node.op() instanceof Linear;
  }

  @Override
  public void trace(Node node, ChannelTrace trace) {
    String y = node.output(0);
    String where = ChannelTrace.describe(node);
    boolean biasKnown = !node.hasInput(BIAS) || trace.constant(node.input(BIAS)) != null;
    if (!trace.canCut(node) || !biasKnown) {
      trace.holdInputs(node, "feeds " + where + ", whose weight is computed or shared");
      return;
    }
    Shape weight = trace.constant(node.input(1)).shape();
    int inputAxis = node.op() instanceof Conv ? 1 : trace.shape(node.input(0)).rank() - 1;
    ChannelLabels x = trace.labels(node.input(0));
    if (x != null && x.axis() != inputAxis) {
      trace.hold(node.input(0), "lies along another axis at " + where);
    }
    long groups = groups(node);
    int outputAxis = node.op() instanceof Conv ? 1 : trace.shape(y).rank() - 1;
    if (groups == 1) {
      trace.produce(node, y, outputAxis, weight.dimInt(0));
    } else if (isDepthwise(node, weight) && x != null && x.axis() == 1) {
      int multiplier = (int) (weight.dim(0) / groups);
      int[] ids = new int[weight.dimInt(0)];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = x.ids()[i / multiplier];
      }
      trace.label(y, new ChannelLabels(1, ids));
      trace.producers().add(new ChannelTrace.Producer(node, ids));
    } else {
      trace.hold(node.input(0), "feeds " + where + " of " + groups + " groups");
    }
    if (node.hasInput(RESIDUAL)) {
      trace.join(y, node.input(RESIDUAL), where);
    }
  }

  private static long groups(Node node) {
    return node.op() instanceof Conv conv ? conv.window().groups() : 1;
  }

  private static boolean isDepthwise(Node node, Shape weight) {
    return groups(node) > 1 && weight.dim(-1) == 1;
  }

  @Override
  public Node rewrite(Node node, ChannelCut cut) {
    int[] rows = cut.kept(node.output(0));
    int[] columns = cut.kept(node.input(0));
    if (rows == null && columns == null) {
      return node;
    }
    Tensor weight = cut.trace().constant(node.input(1));
    boolean depthwise = isDepthwise(node, weight.shape());
    Tensor smaller = ChannelCut.slice(weight, 0, rows);
    if (!depthwise) {
      smaller = ChannelCut.slice(smaller, weight.shape().rank() - 1, columns);
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(1, cut.constant(node.input(1) + "_cut", smaller));
    if (node.hasInput(BIAS)) {
      inputs.set(BIAS, cut.sliced(node.input(BIAS), 0, rows));
    }
    Node rewritten = node.withInputs(inputs);
    if (depthwise && columns != null) {
      Conv conv = (Conv) node.op();
      ConvWindow window = conv.window();
      ConvWindow narrow =
          new ConvWindow(
              window.strides(),
              window.dilations(),
              window.padsBegin(),
              window.padsEnd(),
              columns.length);
      return rewritten.withOp(new Conv(narrow, conv.activation()));
    }
    return rewritten;
  }
}
