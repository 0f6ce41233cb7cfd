package dev.pith.compress.train;

import dev.pith.compress.train.ops.TorchOps;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A graph that is asked and not trained. */
abstract sealed class Teacher implements AutoCloseable {

  private final Graph graph;
  private final String logits;

  private Teacher(Graph graph) {
    this.graph = graph;
    this.logits = Logits.of(graph);
  }

  /** On libtorch where every operation is known there, otherwise in a session on the CPU. */
  static Teacher of(Graph graph) {
    boolean plain =
        graph.constants().values().stream().allMatch(value -> value.isDense())
            && !Parameters.of(graph).isEmpty()
            && TorchOps.isTrainable(graph);
    return plain ? new OnTorch(graph) : new InSession(graph);
  }

  /** Name of the value with the class scores. */
  String logits() {
    return logits;
  }

  String input() {
    return graph.inputs().get(0).name();
  }

  /**
   * Makes sure that {@link #values} will hold a value.
   *
   * @throws IllegalArgumentException if the graph computes none of that name
   */
  void require(String value) {
    for (Node node : graph.nodes()) {
      if (node.outputs().contains(value)) {
        return;
      }
    }
    throw new IllegalArgumentException("the teacher computes no value named " + value);
  }

  /** What the graph computes for a batch, without gradients; in the caller's scope. */
  abstract Map<String, Tensor> values(Tensor batch);

  @Override
  public abstract void close();

  private static final class OnTorch extends Teacher {
    private final TorchGraph torchGraph;

    OnTorch(Graph graph) {
      super(graph);
      torchGraph = TorchGraph.of(graph);
    }

    @Override
    Map<String, Tensor> values(Tensor batch) {
      try (var _ = new NoGradGuard()) {
        return torchGraph.forward(Map.of(input(), batch), false);
      }
    }

    @Override
    public void close() {
      torchGraph.close();
    }
  }

  private static final class InSession extends Teacher {
    private final List<ValueInfo> outputs;
    private final Model model;
    private final Session session;

    InSession(Graph graph) {
      super(graph);
      outputs = new ArrayList<>(List.of(new ValueInfo(logits(), null, null)));
      model =
          Model.of(
              new Graph(graph.name(), graph.inputs(), outputs, graph.nodes(), graph.constants()));
      session = model.newSession(SessionOptions.defaults().withDevice("cpu").withThreads(1));
    }

    @Override
    void require(String value) {
      throw new IllegalArgumentException(
          "the teacher has operations or layouts that only sessions run, which show its scores but"
              + " no value "
              + value
              + "; use its floating-point form for hints and attention");
    }

    @Override
    Map<String, Tensor> values(Tensor batch) {
      Map<String, Tensor> values = new HashMap<>();
      session
          .run(TorchTensors.copy(batch, DType.F32))
          .forEach((name, value) -> values.put(name, TorchTensors.copy(value)));
      return values;
    }

    @Override
    public void close() {
      session.close();
      model.close();
    }
  }
}
