package dev.pith.runtime.graph.ops;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.GraphEvaluator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates a graph of one node. */
final class OneNode {

  private OneNode() {}

  /** The outputs of {@code op}; a {@code null} input is left out. */
  static List<Tensor> run(Op op, int outputs, Tensor... inputs) {
    List<String> names = new ArrayList<>();
    List<ValueInfo> infos = new ArrayList<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      names.add(inputs[i] == null ? "" : "x" + i);
      if (inputs[i] != null) {
        infos.add(new ValueInfo("x" + i, inputs[i].dtype(), null));
        values.put("x" + i, inputs[i]);
      }
    }
    List<String> written = new ArrayList<>();
    List<ValueInfo> results = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      written.add("y" + i);
      results.add(new ValueInfo("y" + i, null, null));
    }
    Graph graph =
        new Graph("one", infos, results, List.of(new Node("n", op, names, written)), Map.of());
    Map<String, Tensor> done = new GraphEvaluator(Target.plainCpu(1)).run(graph, values);
    return new ArrayList<>(done.values());
  }

  /** The only output of {@code op}. */
  static Tensor one(Op op, Tensor... inputs) {
    return run(op, 1, inputs).get(0);
  }

  /** Why the inputs are refused. */
  static String refusal(Op op, Tensor... inputs) {
    return assertThrows(InvalidGraphException.class, () -> run(op, 1, inputs)).getMessage();
  }
}
