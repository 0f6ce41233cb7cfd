package dev.pith.compress.testing;

import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Reshape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Builds small graphs with random weights; each node is named like its output. */
public final class Nets {

  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();

  /** A net whose weights follow from {@code seed}. */
  public Nets(long seed) {
    this.random = new Random(seed);
  }

  /** Adds a constant of normal random numbers. */
  public String normal(String name, double deviation, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    constants.put(name, Tensor.of(values, dims));
    return name;
  }

  /** Adds a constant. */
  public String constant(String name, Tensor value) {
    constants.put(name, value);
    return name;
  }

  /** Adds a node. */
  public String node(String name, Op op, String... inputs) {
    nodes.add(new Node(name, op, List.of(inputs), List.of(name)));
    return name;
  }

  /** Adds a square convolution with bias, stride 1 and same padding. */
  public String conv(String name, String x, int from, int to, int kernel, Activation activation) {
    return conv(name, x, from, to, kernel, 1, 1, activation);
  }

  /** Adds a square convolution with bias and same padding. */
  public String conv(
      String name,
      String x,
      int from,
      int to,
      int kernel,
      int stride,
      int groups,
      Activation activation) {
    int inputs = from / groups;
    double deviation = Math.sqrt(2.0 / (inputs * kernel * kernel));
    String weight = normal(name + "_w", deviation, to, kernel, kernel, inputs);
    String bias = normal(name + "_b", 0.1, to);
    long pad = kernel / 2;
    ConvWindow window =
        new ConvWindow(
            List.of((long) stride, (long) stride),
            List.of(1L, 1L),
            List.of(pad, pad),
            List.of(pad, pad),
            groups);
    return node(name, new Conv(window, activation), x, weight, bias);
  }

  /** Adds a linear layer with bias. */
  public String linear(String name, String x, int from, int to, Activation activation) {
    String weight = normal(name + "_w", Math.sqrt(2.0 / from), to, from);
    String bias = normal(name + "_b", 0.1, to);
    return node(name, new Linear(activation), x, weight, bias);
  }

  /** Adds a reshape to one row for each image. */
  public String flatten(String name, String x) {
    String shape = constant(name + "_shape", Tensor.of(new long[] {0, -1}, 2));
    return node(name, new Reshape(false), x, shape);
  }

  /** The graph from input {@code x} [N, dims] to one output. */
  public Graph graph(String output, long... dims) {
    List<Dim> shape = new ArrayList<>(List.of(Dim.symbol("N")));
    for (long dim : dims) {
      shape.add(Dim.of(dim));
    }
    return new Graph(
        "test",
        List.of(new ValueInfo("x", DType.F32, shape)),
        List.of(new ValueInfo(output, DType.F32, null)),
        nodes,
        constants);
  }

  /** A batch of normal random numbers. */
  public static Tensor input(long seed, long... dims) {
    return new Nets(seed).tensor(dims);
  }

  private Tensor tensor(long... dims) {
    normal("t", 1, dims);
    return constants.get("t");
  }
}
