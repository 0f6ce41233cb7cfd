package dev.pith.bench.model;

import dev.pith.compress.Compression;
import dev.pith.compress.Recipe;
import dev.pith.compress.measure.Benchmark;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.List;
import java.util.Map;

/**
 * A form of a network. Pruning is by magnitude with the first layer dense; ranges are calibrated on
 * random inputs, since only speed is measured here.
 */
public enum Variant {
  /** fp32, nothing removed. */
  DENSE_F32("fp32", null),
  /** int8, nothing removed. */
  DENSE_INT8("int8", "quantize: int8\n"),
  /** int8, 80 % of the weights removed in blocks of 2×4. */
  SPARSE_80("int8 2x4 80 %", "prune: block2x4:0.8,last=pruned\nquantize: int8\n"),
  /** int8, 90 % of the weights removed in blocks of 2×4. */
  SPARSE_90("int8 2x4 90 %", "prune: block2x4:0.9,last=pruned\nquantize: int8\n");

  private final String title;
  private final String recipe;

  Variant(String title, String recipe) {
    this.title = title;
    this.recipe = recipe;
  }

  /** How tables name it. */
  public String title() {
    return title;
  }

  /**
   * This form of {@code graph}.
   *
   * @param shapes extents of inputs that leave more than the batch open
   */
  public Graph of(Graph graph, Map<String, Shape> shapes) {
    if (recipe == null) {
      return graph;
    }
    Map<String, Tensor> sample = inputs(graph, 1, shapes);
    SessionOptions options = SessionOptions.defaults().withDevice("cpu");
    return new Compression(Recipe.parse(recipe), options)
        .run(graph, List.of(sample), null, done -> {})
        .graph();
  }

  /** Inputs with fixed random values: floats in [−1, 1), integers 0 or 1. */
  public static Map<String, Tensor> inputs(Graph graph, int batch, Map<String, Shape> shapes) {
    return new Benchmark("cpu", batch, 1, 1, shapes).inputs(graph.inputs());
  }
}
