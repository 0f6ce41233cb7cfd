package dev.pith.runtime.graph;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * An operation that runs graphs of its own (If, Loop, Scan). Values of outer graphs that its graphs
 * use are ordinary inputs of the node, so that a node's inputs are always all it depends on.
 */
public interface ControlFlowOp extends Op {

  /** Runs a graph on the given inputs and returns its outputs in declared order. */
  @FunctionalInterface
  interface Evaluator {
    List<Tensor> run(Graph graph, Map<String, Tensor> inputs);
  }

  /**
   * Computes the outputs.
   *
   * @param inputs values of all inputs; {@code null} where absent
   * @param outputCount number of outputs the node names
   */
  List<Tensor> evaluate(List<Tensor> inputs, int outputCount, Evaluator evaluator);

  @Override
  default List<TensorType> infer(OpContext context) {
    throw new IllegalStateException(name() + " is evaluated, never planned");
  }

  @Override
  default Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException(name() + " is evaluated, never planned");
  }
}
