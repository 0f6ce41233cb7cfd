package dev.pith.compress.testing;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes small graphs in few words. */
public final class TestGraph {

  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Random random = new Random(7);

  /** Adds an input; an extent below 0 is the symbol N. */
  public TestGraph input(String name, DType dtype, long... dims) {
    List<Dim> extents =
        Arrays.stream(dims).mapToObj(dim -> dim < 0 ? Dim.symbol("N") : Dim.of(dim)).toList();
    inputs.add(new ValueInfo(name, dtype, extents));
    return this;
  }

  /** Adds an F32 constant of random numbers from a normal distribution. */
  public TestGraph weight(String name, long... dims) {
    float[] values = new float[Math.toIntExact(Shape.of(dims).elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return constant(name, Tensor.of(values, dims));
  }

  /** Adds a constant. */
  public TestGraph constant(String name, Tensor value) {
    constants.put(name, value);
    return this;
  }

  /** Adds a node named after its output. */
  public TestGraph node(String output, Op op, String... inputNames) {
    nodes.add(new Node(output + "_node", op, List.of(inputNames), List.of(output)));
    return this;
  }

  /** Adds a node with several outputs, named after the first. */
  public TestGraph multiple(Op op, List<String> inputNames, List<String> outputs) {
    nodes.add(new Node(outputs.get(0) + "_node", op, inputNames, outputs));
    return this;
  }

  /** The graph with the given outputs. */
  public Graph returning(String... outputs) {
    List<ValueInfo> returned =
        Arrays.stream(outputs).map(name -> new ValueInfo(name, null, null)).toList();
    return new Graph("test", inputs, returned, nodes, constants);
  }
}
