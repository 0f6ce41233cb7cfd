package dev.pith.compress.train;

import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a network layer by layer as a graph, with weights drawn from a seed. Each method adds one
 * layer on the value it is given and returns the name of its output. Not thread-safe.
 *
 * <p>Weights are uniform with the variance of He et al. 2015, 2 / fan-in (layers without a ReLU
 * behind may pass a gain); biases start at zero.
 */
public final class NetworkBuilder {

  private final String name;
  private final SplittableRandom random;
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, TensorType> types = new LinkedHashMap<>();
  private int count;

  /**
   * An empty network.
   *
   * @param name the graph's name
   * @param seed of the weights
   */
  public NetworkBuilder(String name, long seed) {
    this.name = name;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Adds the input, F32 with a batch axis in front that may have any extent.
   *
   * @param dims extents of a sample
   */
  public String input(String value, long... dims) {
    List<Dim> declared = new ArrayList<>(List.of(Dim.symbol("N")));
    Arrays.stream(dims).mapToObj(Dim::of).forEach(declared::add);
    inputs.add(new ValueInfo(value, DType.F32, declared));
    long[] one = new long[dims.length + 1];
    one[0] = 1;
    System.arraycopy(dims, 0, one, 1, dims.length);
    types.put(value, new TensorType(DType.F32, Shape.of(one)));
    return value;
  }

  /** Shape of a value for a batch of one. */
  public Shape shape(String value) {
    return types.get(value).shape();
  }

  /** A convolution over two axes with square kernels, no bias; {@code pad} on all sides. */
  public String conv(String x, long channels, long kernel, long stride, long pad) {
    return conv(x, channels, kernel, stride, pad, 1, false, 2);
  }

  /**
   * A convolution over two axes with square kernels.
   *
   * @param groups groups of channels that see only each other
   * @param bias whether there is a bias
   * @param gain variance of the weights times fan-in
   */
  public String conv(
      String x,
      long channels,
      long kernel,
      long stride,
      long pad,
      long groups,
      boolean bias,
      double gain) {
    String layer = fresh("conv");
    long inputChannels = shape(x).dim(1) / groups;
    long fanIn = kernel * kernel * inputChannels;
    List<String> operands = new ArrayList<>(List.of(x));
    operands.add(
        constant(
            layer + ".weight", uniform(gain / fanIn, channels, kernel, kernel, inputChannels)));
    if (bias) {
      operands.add(constant(layer + ".bias", filled(0, channels)));
    }
    List<Long> pads = Collections.nCopies(2, pad);
    ConvWindow window =
        new ConvWindow(
            Collections.nCopies(2, stride), Collections.nCopies(2, 1L), pads, pads, groups);
    return add(layer, new Conv(window, Activation.NONE), operands);
  }

  /** A linear layer with bias before a ReLU. */
  public String linear(String x, long features) {
    return linear(x, features, 2);
  }

  /**
   * A linear layer with bias.
   *
   * @param gain variance of the weights times fan-in
   */
  public String linear(String x, long features, double gain) {
    String layer = fresh("linear");
    long fanIn = shape(x).dim(-1);
    String weight = constant(layer + ".weight", uniform(gain / fanIn, features, fanIn));
    String bias = constant(layer + ".bias", filled(0, features));
    return add(layer, new Linear(Activation.NONE), List.of(x, weight, bias));
  }

  /** Batch normalization over the channels, with running statistics of mean 0 and variance 1. */
  public String batchNorm(String x) {
    String layer = fresh("norm");
    long channels = shape(x).dim(1);
    String scale = constant(layer + ".scale", filled(1, channels));
    String bias = constant(layer + ".bias", filled(0, channels));
    String mean = constant(layer + ".mean", filled(0, channels));
    String variance = constant(layer + ".variance", filled(1, channels));
    return add(layer, new BatchNorm(1e-5f), List.of(x, scale, bias, mean, variance));
  }

  /** Layer normalization over the last axis. */
  public String layerNorm(String x) {
    String layer = fresh("norm");
    long features = shape(x).dim(-1);
    String scale = constant(layer + ".scale", filled(1, features));
    String bias = constant(layer + ".bias", filled(0, features));
    Normalize op = new Normalize(Normalize.Rows.AXES, -1, 0, true, 1e-5f);
    return add(layer, op, List.of(x, scale, bias));
  }

  /** max(x, 0). */
  public String relu(String x) {
    return function(UnaryFunction.RELU, x, 0, 0);
  }

  /** A function of each number, with its parameters. */
  public String function(UnaryFunction function, String x, float alpha, float beta) {
    String layer = fresh(function.name().toLowerCase(Locale.ROOT));
    return add(layer, new Unary(function, alpha, beta), List.of(x));
  }

  /** The largest of each square window. */
  public String maxPool(String x, long kernel, long stride, long pad) {
    return pool(PoolFunction.MAX, x, kernel, stride, pad);
  }

  /** The mean of each square window. */
  public String averagePool(String x, long kernel, long stride) {
    return pool(PoolFunction.AVERAGE, x, kernel, stride, 0);
  }

  private String pool(PoolFunction function, String x, long kernel, long stride, long pad) {
    List<Long> pads = Collections.nCopies(2, pad);
    ConvWindow window =
        new ConvWindow(Collections.nCopies(2, stride), Collections.nCopies(2, 1L), pads, pads, 1);
    Pool pool =
        new Pool(
            function, Collections.nCopies(2, kernel), window, AutoPad.NONE, false, false, 2, false);
    return add(fresh("pool"), pool, List.of(x));
  }

  /** The mean over the given axes, which disappear. */
  public String mean(String x, Long... axes) {
    return add(
        fresh("mean"), new Reduce(ReduceFunction.MEAN, List.of(axes), false, false), List.of(x));
  }

  /** a + b with broadcasting. */
  public String sum(String a, String b) {
    return add(fresh("add"), new Binary(BinaryFunction.ADD), List.of(a, b));
  }

  /** All axes but the batch as one. */
  public String flatten(String x) {
    return reshape(x, 0, -1);
  }

  /** Another shape: 0 copies an extent, −1 is what is left. */
  public String reshape(String x, long... dims) {
    String layer = fresh("reshape");
    String shape = constant(layer + ".shape", Tensor.of(dims, dims.length));
    return add(layer, new Reshape(false), List.of(x, shape));
  }

  /** A constant with the given name. */
  public String constant(String value, Tensor tensor) {
    constants.put(value, tensor);
    types.put(value, new TensorType(tensor.dtype(), tensor.shape()));
    return value;
  }

  /** Random numbers with mean 0 and the given variance, uniformly distributed. */
  public Tensor uniform(double variance, long... dims) {
    double bound = Math.sqrt(3 * variance);
    float[] values = new float[Math.toIntExact(Shape.of(dims).elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return Tensor.of(values, dims);
  }

  /** The same number everywhere. */
  public static Tensor filled(float value, long... dims) {
    float[] values = new float[Math.toIntExact(Shape.of(dims).elementCount())];
    Arrays.fill(values, value);
    return Tensor.of(values, dims);
  }

  /** A layer name that is not in use: the base with a number */
  public String fresh(String base) {
    return base + ++count;
  }

  /** Adds any operation with one output, which gets the name of the layer. */
  public String add(String layer, Op op, List<String> operands) {
    Node node = new Node(layer, op, operands, List.of(layer));
    nodes.add(node);
    types.put(layer, op.infer(new Types(node)).get(0));
    return layer;
  }

  /** The network that computes {@code output}. */
  public Graph build(String output) {
    List<Dim> dims = new ArrayList<>(List.of(Dim.symbol("N")));
    for (int i = 1; i < shape(output).rank(); i++) {
      dims.add(Dim.of(shape(output).dim(i)));
    }
    ValueInfo result = new ValueInfo(output, DType.F32, dims);
    return new Graph(name, inputs, List.of(result), nodes, constants);
  }

  /** What the builder knows of a node's inputs. */
  private final class Types implements OpContext {
    private final Node node;

    Types(Node node) {
      this.node = node;
    }

    @Override
    public int inputCount() {
      return node.inputs().size();
    }

    @Override
    public boolean has(int index) {
      return node.hasInput(index);
    }

    @Override
    public TensorType input(int index) {
      return types.get(node.input(index));
    }

    @Override
    public Tensor value(int index) {
      return constants.get(node.input(index));
    }

    @Override
    public int outputCount() {
      return node.outputs().size();
    }
  }
}
