package dev.pith.compress.search;

import dev.pith.compress.layer.NamePattern;
import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.LayerOverride;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.prune.SecondOrderPruner;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A choice for each layer.
 *
 * @param name what it is called in tables
 * @param choices by layer name, in the graph's order
 */
public record Candidate(String name, Map<String, Choice> choices) {

  private static final QuantizeSpec INT8 = QuantizeSpec.parse("int8");

  public Candidate {
    choices = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(choices));
  }

  /** Quantization of the layers that do not stay in floating point. */
  QuantizeSpec quantization() {
    return INT8.withKeep(
        choices.entrySet().stream()
            .filter(e -> e.getValue().isFloat())
            .map(Map.Entry::getKey)
            .toList());
  }

  private boolean isFloat() {
    return choices.values().stream().allMatch(Choice::isFloat);
  }

  /** Pruning of all layers, or {@code null} where none is pruned. */
  private PruneSpec pruning() {
    List<LayerOverride> overrides = new ArrayList<>();
    choices.forEach(
        (layer, choice) -> {
          if (choice.pattern() != null) {
            overrides.add(
                new LayerOverride(new NamePattern(layer), choice.pattern(), choice.sparsity()));
          }
        });
    if (overrides.isEmpty()) {
      return null;
    }
    overrides.add(new LayerOverride(new NamePattern("*"), null, 0));
    return PruneSpec.parse("unstructured:0.5").withOverrides(overrides);
  }

  /**
   * The pruned graph, in floating point.
   *
   * @param samples calibration inputs with which weights that stay make up for the others; {@code
   *     null} to remove by magnitude alone, which is quick
   */
  Graph pruned(
      Graph graph,
      Iterable<Map<String, Tensor>> samples,
      SessionOptions options,
      Consumer<String> log) {
    PruneSpec spec = pruning();
    Graph result = graph;
    if (spec != null) {
      result =
          samples == null
              ? Pruner.prune(graph, spec)
              : new SecondOrderPruner(spec, options).prune(graph, samples, log).graph();
    }
    Map<String, Tensor> constants = new LinkedHashMap<>(result.constants());
    for (WeightedLayer layer : WeightedLayer.of(result)) {
      Choice choice = choices.getOrDefault(layer.name(), Choice.NONE);
      if (choice.bits() < 8) {
        constants.put(layer.weightName(), FewBits.rounded(layer, choice.bits()));
      }
    }
    return result.withConstants(constants);
  }

  /** The compressed graph, not yet packed. */
  Graph apply(
      Graph graph,
      Iterable<Map<String, Tensor>> samples,
      SessionOptions options,
      Consumer<String> log) {
    Graph pruned = pruned(graph, samples, options, log);
    return isFloat()
        ? pruned
        : new Quantizer(quantization(), options).apply(pruned, samples, done -> {});
  }

  /** How many layers have each choice, most first: {@code 3 × block2x4:0.80 int8}. */
  public String summary() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    choices.values().forEach(choice -> counts.merge(choice.text(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(e -> parts.add(e.getValue() + " × " + e.getKey()));
    return String.join(", ", parts);
  }
}
