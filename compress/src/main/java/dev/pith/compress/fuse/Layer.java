package dev.pith.compress.fuse;

import dev.pith.kernels.Activation;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * A floating-point layer, convolution or linear: y = activation(x ∗ weight + bias + residual), with
 * inputs x, weight, bias, residual.
 *
 * @param node a node with a {@link Conv} or {@link Linear} operation
 */
record Layer(Node node) {

  static final int WEIGHT = 1;
  static final int BIAS = 2;
  static final int RESIDUAL = 3;

  /** The node as a layer, or {@code null} if it is none. */
  static Layer of(Node node) {
    return node != null && (node.op() instanceof Conv || node.op() instanceof Linear)
        ? new Layer(node)
        : null;
  }

  Activation activation() {
    return node.op() instanceof Conv conv ? conv.activation() : ((Linear) node.op()).activation();
  }

  /** Whether nothing follows the bias: no residual, no activation. */
  boolean isPlain() {
    return !node.hasInput(RESIDUAL) && activation().kind() == Activation.Kind.NONE;
  }

  /** Extents of the output behind the channel axis. */
  int axesBehindChannels() {
    return node.op() instanceof Conv conv ? conv.window().strides().size() : 0;
  }

  /** The layer with another function at its end. */
  Node with(Activation activation) {
    return node.withOp(
        node.op() instanceof Conv conv
            ? new Conv(conv.window(), activation)
            : new Linear(activation));
  }

  /** The layer with input {@code place} replaced; places between are left out. */
  Node with(int place, String value) {
    List<String> inputs = new ArrayList<>(node.inputs());
    while (inputs.size() <= place) {
      inputs.add("");
    }
    inputs.set(place, value);
    return node.withInputs(inputs);
  }
}
