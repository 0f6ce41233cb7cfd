package dev.pith.compress.cli;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the weights of a graph look like, layer by layer. */
final class Layers {

  private static final long PANEL = 1 << 20;

  private Layers() {}

  /**
   * A node with weights.
   *
   * @param name the node
   * @param op its operation
   * @param layout layout of its largest constant
   * @param dtype element type of it
   * @param shape extents of it
   * @param density fraction of its elements that are not zero
   * @param bytes bytes of all its constants that no earlier node has, in the form they are held in
   * @param elements elements of those constants
   * @param largestWeight largest magnitude of an element of the largest constant
   */
  record Layer(
      String name,
      String op,
      String layout,
      DType dtype,
      long[] shape,
      double density,
      long bytes,
      long elements,
      double largestWeight) {

    /** Largest magnitude of weights of 7 bits. */
    private static final int REDUCED = 64;

    /** Whether the layer has int8 weights. */
    boolean isInt8() {
      return dtype == DType.I8;
    }

    /** Whether the layer has int8 weights that need no more than 7 bits. */
    boolean isReduced() {
      return isInt8() && largestWeight <= REDUCED;
    }

    /** Bits for each original weight, biases and scales included. */
    double bitsPerWeight() {
      return elements == 0 ? 0 : 8.0 * bytes / elements;
    }

    /** The row of a table: name, operation, layout, type, shape, density, bits a weight, bytes. */
    List<String> cells() {
      return List.of(
          name,
          op,
          layout,
          dtype.toString(),
          Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining("×")),
          Units.digits(density),
          Units.digits(bitsPerWeight()),
          Long.toString(bytes));
    }
  }

  /** All nodes that have constants of more than one element, in order. */
  static List<Layer> of(Graph graph) {
    List<Layer> layers = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node node : graph.nodes()) {
      Tensor largest = null;
      long bytes = 0;
      long elements = 0;
      for (String input : node.inputs()) {
        Tensor constant = graph.constants().get(input);
        if (constant == null) {
          continue;
        }
        if (largest == null || constant.shape().elementCount() > largest.shape().elementCount()) {
          largest = constant;
        }
        if (seen.add(input)) {
          bytes += constant.byteSize();
          elements += constant.shape().elementCount();
        }
      }
      if (largest != null && largest.shape().elementCount() > 1) {
        Count found = count(largest);
        layers.add(
            new Layer(
                node.name(),
                node.op().name(),
                largest.layout().name(),
                largest.dtype(),
                largest.shape().dims(),
                density(found, largest),
                bytes,
                elements,
                found.largest));
      }
    }
    return layers;
  }

  /** Fraction of elements that are not zero. */
  static double density(Tensor tensor) {
    return density(count(tensor), tensor);
  }

  /** What is counted of a tensor's elements. */
  private static final class Count {
    private long filled;
    private double largest;

    void add(DType dtype, MemorySegment values, long from, long to) {
      for (long i = from; i < to; i++) {
        double value = Elements.getDouble(dtype, values, i);
        filled += value != 0 ? 1 : 0;
        largest = Math.max(largest, Math.abs(value));
      }
    }
  }

  /** Counts a few rows at a time. */
  private static Count count(Tensor tensor) {
    Count count = new Count();
    long columns = tensor.columns();
    long rows = tensor.rows();
    if (rows == 0 || columns == 0) {
      return count;
    }
    long step = Math.max(1, PANEL / columns);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment panel =
          tensor.isDense()
              ? null
              : arena.allocate(tensor.dtype().byteSize(Math.min(step, rows) * columns), 64);
      for (long from = 0; from < rows; from += step) {
        long to = Math.min(from + step, rows);
        if (panel == null) {
          count.add(tensor.dtype(), tensor.values(), from * columns, to * columns);
        } else {
          tensor.layout().decodeRows(tensor, from, to, panel);
          count.add(tensor.dtype(), panel, 0, (to - from) * columns);
        }
      }
    }
    return count;
  }

  private static double density(Count count, Tensor tensor) {
    long elements = tensor.rows() * tensor.columns();
    return elements == 0 ? 0 : (double) count.filled / elements;
  }
}
