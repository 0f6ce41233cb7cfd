package dev.pith.compress.quantize;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares the outputs of compressed graphs with the original's on a few inputs. Thread-safe. */
public final class OutputError {

  private final List<Map<String, Tensor>> probes;
  private final SessionOptions options;
  private final List<List<Tensor>> expected;

  /**
   * Runs the original.
   *
   * @param probes inputs by name
   * @param options where graphs run
   */
  public OutputError(Graph original, List<Map<String, Tensor>> probes, SessionOptions options) {
    this.probes = List.copyOf(probes);
    this.options = options;
    this.expected = outputs(original);
  }

  private List<List<Tensor>> outputs(Graph graph) {
    List<List<Tensor>> all = new ArrayList<>();
    try (Model model = Model.of(graph);
        Session session = model.newSession(options)) {
      for (Map<String, Tensor> probe : probes) {
        all.add(List.copyOf(session.run(probe).values()));
      }
    }
    return all;
  }

  /** Squared difference relative to the squared norm of the original's outputs. */
  public double of(Graph graph) {
    List<List<Tensor>> actual = outputs(graph);
    double error = 0;
    double norm = 1e-30;
    for (int i = 0; i < expected.size(); i++) {
      for (int o = 0; o < expected.get(i).size(); o++) {
        float[] x = expected.get(i).get(o).toFloats();
        float[] y = actual.get(i).get(o).toFloats();
        for (int j = 0; j < x.length; j++) {
          error += (x[j] - (double) y[j]) * (x[j] - y[j]);
          norm += (double) x[j] * x[j];
        }
      }
    }
    return error / norm;
  }
}
