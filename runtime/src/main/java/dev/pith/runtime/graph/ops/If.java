package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ControlFlowOp;
import dev.pith.runtime.graph.Graph;
import java.util.List;

/**
 * Runs one of two graphs, chosen by input 0, one truth value. The inputs behind it are the inputs
 * of the first graph, in order, then those of the second. ONNX If.
 *
 * @param thenBranch runs where input 0 holds
 * @param elseBranch runs elsewhere
 */
public record If(Graph thenBranch, Graph elseBranch) implements ControlFlowOp {

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs, int outputCount, Evaluator evaluator) {
    Tensor condition = inputs.get(0);
    if (condition == null || condition.shape().elementCount() != 1) {
      throw new IllegalArgumentException("the condition " + condition + " is not one truth value");
    }
    boolean holds = condition.getLong(0) != 0;
    int first = holds ? 1 : 1 + thenBranch.inputs().size();
    return evaluator.run(
        holds ? thenBranch : elseBranch,
        Bodies.bind(holds ? thenBranch : elseBranch, inputs, first));
  }
}
