package dev.pith.bench.model;

import dev.pith.bench.measure.Machine;
import dev.pith.compress.Compression;
import dev.pith.compress.Recipe;
import dev.pith.compress.measure.Benchmark;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.List;
import java.util.Map;

/**
 * A form of a network. Pruning is by magnitude with the first layer dense; ranges are calibrated on
 * random inputs, since only speed is measured here. Where the processor has no int8 dot products,
 * int8 weights have the reduced range that is usual there; the peer gets the same weights.
 */
public enum Variant {
  /** fp32, nothing removed. */
  DENSE_F32("fp32", null),
  /** int8, nothing removed. */
  DENSE_INT8("int8", ""),
  /** int8, 80 % of the weights removed in blocks of 2×4. */
  SPARSE_80("int8 2x4 80 %", "prune: block2x4:0.8,last=pruned\n"),
  /** int8, 90 % of the weights removed in blocks of 2×4. */
  SPARSE_90("int8 2x4 90 %", "prune: block2x4:0.9,last=pruned\n");

  private final String title;
  private final String pruning;

  Variant(String title, String pruning) {
    this.title = title;
    this.pruning = pruning;
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
    if (pruning == null) {
      return graph;
    }
    String recipe = pruning + "quantize: {mode: int8, reduce_range: " + reduced() + "}\n";
    Map<String, Tensor> sample = inputs(graph, 1, shapes);
    SessionOptions options = SessionOptions.defaults().withDevice("cpu");
    return new Compression(Recipe.parse(recipe), options)
        .run(graph, List.of(sample), null, done -> {})
        .graph();
  }

  /** Whether int8 weights have reduced range here. */
  public static boolean reduced() {
    Target target = Machine.target(1);
    return !target.has("avx512_vnni") && !target.has("avx_vnni");
  }

  /** Inputs with fixed random values: floats in [−1, 1), integers 0 or 1. */
  public static Map<String, Tensor> inputs(Graph graph, int batch, Map<String, Shape> shapes) {
    return new Benchmark("cpu", batch, 1, 1, shapes).inputs(graph.inputs());
  }
}
