package dev.pith.runtime;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the tensors of a run with what the graph declares. */
final class InputCheck {

  private InputCheck() {}

  /**
   * Checks all inputs.
   *
   * @throws IllegalArgumentException naming the input, what was given and what is needed
   */
  static void check(Graph graph, Map<String, Tensor> inputs) {
    List<String> names = graph.inputs().stream().map(ValueInfo::name).toList();
    for (String given : inputs.keySet()) {
      if (!names.contains(given)) {
        throw new IllegalArgumentException(
            "the model has no input " + given + "; its inputs are " + graph.inputs());
      }
    }
    Map<String, Long> symbols = new HashMap<>();
    for (ValueInfo declared : graph.inputs()) {
      Tensor value = inputs.get(declared.name());
      if (value == null) {
        throw new IllegalArgumentException("input " + declared + " is missing");
      }
      if (value.dtype() != declared.dtype() || !value.isDense()) {
        throw new IllegalArgumentException(
            "input " + declared.name() + " is " + value + "; the model needs " + declared);
      }
      if (declared.dims() != null) {
        checkShape(declared, value, symbols);
      }
    }
  }

  private static void checkShape(ValueInfo declared, Tensor value, Map<String, Long> symbols) {
    boolean fits = declared.dims().size() == value.shape().rank();
    for (int i = 0; fits && i < declared.dims().size(); i++) {
      Dim dim = declared.dims().get(i);
      long size = value.shape().dim(i);
      if (dim.isKnown()) {
        fits = dim.size() == size;
      } else if (!dim.symbol().isEmpty()) {
        fits = symbols.computeIfAbsent(dim.symbol(), s -> size) == size;
      }
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "input "
              + declared.name()
              + " has shape "
              + value.shape()
              + "; the model needs "
              + declared.dims());
    }
  }
}
