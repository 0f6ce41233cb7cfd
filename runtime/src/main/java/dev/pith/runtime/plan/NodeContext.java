package dev.pith.runtime.plan;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is known of one node's inputs.
 *
 * @param node the node
 * @param types types of the inputs by place; {@code null} where absent
 * @param values values of the inputs by place; {@code null} where absent or not known
 */
record NodeContext(Node node, List<TensorType> types, List<Tensor> values) implements OpContext {

  static NodeContext of(Node node, Map<String, TensorType> types, Map<String, Tensor> known) {
    List<TensorType> inputTypes = new ArrayList<>();
    List<Tensor> inputValues = new ArrayList<>();
    for (String input : node.inputs()) {
      Tensor value = input.isEmpty() ? null : known.get(input);
      inputValues.add(value);
      inputTypes.add(
          value != null
              ? new TensorType(value.dtype(), value.shape())
              : input.isEmpty() ? null : types.get(input));
    }
    return new NodeContext(node, inputTypes, inputValues);
  }

  @Override
  public int inputCount() {
    return node.inputs().size();
  }

  @Override
  public boolean has(int index) {
    return node.hasInput(index);
  }

  @Override
  public TensorType input(int index) {
    TensorType type = index < types.size() ? types.get(index) : null;
    if (type == null) {
      throw new IllegalArgumentException("input " + index + " is needed and missing");
    }
    return type;
  }

  @Override
  public Tensor value(int index) {
    return index < values.size() ? values.get(index) : null;
  }

  @Override
  public int outputCount() {
    return node.outputs().size();
  }

  /** Whether every present input is known. */
  boolean allKnown() {
    for (int i = 0; i < inputCount(); i++) {
      if (has(i) && value(i) == null) {
        return false;
      }
    }
    return true;
  }

  /** The first present input that the operation needs to know and does not, or −1. */
  int missingValue() {
    for (int i = 0; i < inputCount(); i++) {
      if (has(i) && value(i) == null && node.op().valueInputs().contains(i)) {
        return i;
      }
    }
    return -1;
  }
}
