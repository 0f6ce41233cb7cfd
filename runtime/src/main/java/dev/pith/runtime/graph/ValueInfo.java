package dev.pith.runtime.graph;

import dev.pith.kernels.tensor.DType;
import java.util.List;

/**
 * Declared name, element type and extents of a graph input or output.
 *
 * @param name unique among the graph's values
 * @param dtype element type, or {@code null} where an output's type was not declared
 * @param dims extents, or {@code null} where not even the rank was declared
 */
public record ValueInfo(String name, DType dtype, List<Dim> dims) {
  public ValueInfo {
    dims = dims == null ? null : List.copyOf(dims);
  }

  /** {@code input F32[N, 3, 224, 224]}. */
  @Override
  public String toString() {
    return name + " " + (dtype == null ? "?" : dtype) + (dims == null ? "[..]" : dims.toString());
  }
}
