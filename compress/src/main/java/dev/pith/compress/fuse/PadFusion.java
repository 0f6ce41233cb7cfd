package dev.pith.compress.fuse;

import dev.pith.compress.pass.Pass;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Pad;
import java.util.ArrayList;
import java.util.List;

/** Zeros put around the images a convolution reads become padding of its own. */
public final class PadFusion implements Pass {

  @Override
  public String name() {
    return "pad-fusion";
  }

  @Override
  public Graph apply(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv conv) {
        changed |= fuse(editor, node, conv);
      }
    }
    return changed ? editor.toGraph() : graph;
  }

  private static boolean fuse(GraphEditor editor, Node node, Conv conv) {
    Node pad = editor.producer(node.input(0));
    ConvWindow window = conv.window();
    int axes = window.strides().size();
    long[] counts = pad == null ? null : zeros(editor, pad);
    if (counts == null || counts.length != 2 * (axes + 2)) {
      return false;
    }
    List<Long> begins = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < axes + 2; i++) {
      long before = counts[i];
      long after = counts[i + axes + 2];
      if (before < 0 || after < 0 || i < 2 && before + after != 0) {
        return false;
      }
      if (i >= 2) {
        begins.add(window.padsBegin().get(i - 2) + before);
        ends.add(window.padsEnd().get(i - 2) + after);
      }
    }
    ConvWindow wider =
        new ConvWindow(window.strides(), window.dilations(), begins, ends, window.groups());
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(0, pad.input(0));
    editor.replace(node.withOp(new Conv(wider, conv.activation())).withInputs(inputs));
    return true;
  }

  /** The counts of a node that pads all axes with zeros, or {@code null} for any other. */
  private static long[] zeros(GraphEditor editor, Node node) {
    Tensor counts = editor.constant(node, 1);
    boolean padsZeros =
        node.op() instanceof Pad op
            && op.mode() == Pad.Mode.CONSTANT
            && counts != null
            && !node.hasInput(3);
    Tensor value = editor.constant(node, 2);
    boolean zero = !node.hasInput(2) || value != null && value.getDouble(0) == 0;
    return padsZeros && zero ? counts.toLongs() : null;
  }
}
