package dev.pith.runtime;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.format.Golden;
import dev.pith.runtime.format.GoldenVectors;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records a model's answers to golden inputs, and replays them on any device. Thread-safe. */
public final class GoldenRun {

  private GoldenRun() {}

  /**
   * Runs a graph on drawn inputs and describes its outputs. Symbolic extents, and extents nothing
   * is known about, become 1. Floating-point inputs lie in [−1, 1), bytes take every value, and
   * wider integers are 0 or 1, which suits indices and flags.
   *
   * @throws IllegalArgumentException if the rank of an input is not declared
   */
  public static Golden record(Graph graph, long seed) {
    Map<String, Long> symbols = new TreeMap<>();
    List<Golden.Input> inputs = new ArrayList<>();
    for (ValueInfo input : graph.inputs()) {
      if (input.dims() == null) {
        throw new IllegalArgumentException(
            "input " + input + " has no declared rank; golden inputs cannot be drawn for it");
      }
      List<Long> dims = new ArrayList<>();
      for (Dim dim : input.dims()) {
        dims.add(dim.isKnown() ? dim.size() : 1L);
        if (!dim.isKnown() && !dim.symbol().isEmpty()) {
          symbols.put(dim.symbol(), 1L);
        }
      }
      inputs.add(input(input.dtype(), dims));
    }
    try (Session session = Model.of(graph).newSession(SessionOptions.defaults())) {
      Map<String, Tensor> answers = session.run(draw(graph, seed, inputs));
      List<Golden.Output> outputs = new ArrayList<>();
      for (String name : graph.outputNames()) {
        outputs.add(GoldenVectors.describe(seed, outputs.size(), answers.get(name)));
      }
      return new Golden(seed, symbols, inputs, outputs);
    }
  }

  private static Golden.Input input(DType dtype, List<Long> dims) {
    return switch (dtype) {
      case F32, F16, BF16, F64 -> new Golden.Input(dims, -1, 1);
      case U8 -> new Golden.Input(dims, 0, 256);
      case I8 -> new Golden.Input(dims, -128, 128);
      default -> new Golden.Input(dims, 0, 2);
    };
  }

  private static Map<String, Tensor> draw(Graph graph, long seed, List<Golden.Input> inputs) {
    Map<String, Tensor> drawn = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      ValueInfo input = graph.inputs().get(i);
      drawn.put(input.name(), GoldenVectors.input(seed, i, input.dtype(), inputs.get(i)));
    }
    return drawn;
  }

  /**
   * Runs the golden inputs of a model and compares the answers.
   *
   * @param session a session of {@code model}
   * @return one line for each output that differs, with its name; empty if all agree
   * @throws IllegalArgumentException if the model stores no golden vectors, or vectors of another
   *     graph
   */
  public static List<String> check(Model model, Session session) {
    Golden golden = model.golden();
    Graph graph = model.graph();
    if (golden == null
        || golden.inputs().size() != graph.inputs().size()
        || golden.outputs().size() != graph.outputs().size()) {
      throw new IllegalArgumentException(
          golden == null
              ? "the model stores no golden vectors"
              : "the golden vectors have "
                  + golden.inputs().size()
                  + " inputs and "
                  + golden.outputs().size()
                  + " outputs, the graph "
                  + graph.inputs().size()
                  + " and "
                  + graph.outputs().size());
    }
    Map<String, Tensor> answers = session.run(draw(graph, golden.seed(), golden.inputs()));
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < golden.outputs().size(); i++) {
      String name = graph.outputNames().get(i);
      String difference =
          GoldenVectors.compare(golden.seed(), i, golden.outputs().get(i), answers.get(name));
      if (!difference.isEmpty()) {
        wrong.add("output " + name + " " + difference);
      }
    }
    return wrong;
  }
}
