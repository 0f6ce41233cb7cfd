package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ControlFlowOp;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a graph again and again. Input 0, optional: how often at most; input 1, optional: whether to
 * run at all; then the carried values; then what the body reads of outer graphs. The body gets the
 * iteration's number (I64), whether to go on, the carried values, and the outer values; it returns
 * whether to go on, the new carried values, and values that are stacked along a new first axis.
 * ONNX Loop.
 *
 * @param body the graph
 * @param carried number of carried values
 */
public record Loop(Graph body, int carried) implements ControlFlowOp {

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs, int outputCount, Evaluator evaluator) {
    long most = inputs.get(0) == null ? Long.MAX_VALUE : inputs.get(0).getLong(0);
    boolean goOn = inputs.get(1) == null || inputs.get(1).getLong(0) != 0;
    int stacked = body.outputs().size() - 1 - carried;
    if (stacked < 0 || inputs.size() != body.inputs().size()) {
      throw new IllegalArgumentException(
          "a loop of "
              + carried
              + " carried values and "
              + inputs.size()
              + " inputs has a body with "
              + body.inputs().size()
              + " inputs and "
              + body.outputs().size()
              + " outputs");
    }
    List<Tensor> values = new ArrayList<>(inputs);
    List<List<Tensor>> slices = new ArrayList<>();
    for (int i = 0; i < stacked; i++) {
      slices.add(new ArrayList<>());
    }
    for (long i = 0; i < most && goOn; i++) {
      values.set(0, Tensor.scalar(i));
      values.set(1, Tensor.ofBytes(DType.BOOL, new byte[] {1}));
      List<Tensor> results = evaluator.run(body, Bodies.bind(body, values, 0));
      goOn = results.get(0).getLong(0) != 0;
      for (int k = 0; k < carried; k++) {
        values.set(2 + k, results.get(1 + k));
      }
      for (int k = 0; k < stacked; k++) {
        slices.get(k).add(results.get(1 + carried + k));
      }
    }
    List<Tensor> outputs = new ArrayList<>(values.subList(2, 2 + carried));
    for (int k = 0; k < stacked; k++) {
      outputs.add(Bodies.stack(slices.get(k), body.outputs().get(1 + carried + k), 0));
    }
    return outputs;
  }
}
