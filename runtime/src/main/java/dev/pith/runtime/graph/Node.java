package dev.pith.runtime.graph;

import java.util.List;

/**
 * One application of an operation.
 *
 * @param name unique within the graph; never empty
 * @param op operation with its attributes
 * @param inputs value names in the operation's order; an empty name is an optional input left out
 * @param outputs value names; an empty name is an optional output left out
 */
public record Node(String name, Op op, List<String> inputs, List<String> outputs) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Whether optional input {@code index} is present. */
  public boolean hasInput(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty();
  }

  /** Input name {@code index}, or the empty string where it is absent. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Output name {@code index}. */
  public String output(int index) {
    return outputs.get(index);
  }

  /**
   * Checks that the operation gives as many outputs as the node names.
   *
   * @param given outputs of the operation
   * @throws IllegalArgumentException if the node names more
   */
  public void checkOutputs(int given) {
    if (outputs.size() > given) {
      throw new IllegalArgumentException(
          "it names " + outputs.size() + " outputs; " + op.name() + " has " + given + " here");
    }
  }

  /** The same node with another operation. */
  public Node withOp(Op other) {
    return new Node(name, other, inputs, outputs);
  }

  /** The same node with other inputs. */
  public Node withInputs(List<String> other) {
    return new Node(name, op, other, outputs);
  }

  /** The same node with other outputs. */
  public Node withOutputs(List<String> other) {
    return new Node(name, op, inputs, other);
  }
}
