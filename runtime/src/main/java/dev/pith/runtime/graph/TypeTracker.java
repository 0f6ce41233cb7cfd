package dev.pith.runtime.graph;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows types, and the values of small tensors, through a graph whose input shapes may be
 * symbolic: each symbol gets a sample extent. What depends on a sample is right in element type and
 * rank only; what does not is <em>exact</em>.
 *
 * <p>Nodes are added in topological order. Where a type cannot be found (an operation refuses the
 * sample shapes, or needs a value that is not known) the outputs are simply unknown. Not
 * thread-safe.
 */
public final class TypeTracker {

  /** Values up to this many elements are followed. */
  private static final long VALUE_ELEMENTS = 4096;

  private static final long SAMPLE_EXTENT = 64;

  private final Evaluator evaluator;
  private final long sampleBatch;
  private final Map<String, TensorType> types = new HashMap<>();
  private final Map<String, Tensor> values = new HashMap<>();
  private final Map<String, DType> dtypes = new HashMap<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Set<String> sampled = new HashSet<>();
  private final Map<String, Long> symbols = new HashMap<>();

  /** Computes one node whose inputs are all known. */
  @FunctionalInterface
  public interface Evaluator {
    /** The outputs by place, or {@code null} if the node cannot be computed. */
    List<Tensor> evaluate(
        Node node, List<Tensor> inputs, List<TensorType> outputs, Problem problem);
  }

  /**
   * An empty tracker.
   *
   * @param evaluator computes small nodes; {@code null} to follow no computed values
   */
  public TypeTracker(Evaluator evaluator) {
    this(evaluator, 1);
  }

  /**
   * An empty tracker with another sample for symbolic first extents, which are batches mostly.
   *
   * @param evaluator computes small nodes; {@code null} to follow no computed values
   * @param sampleBatch sample of symbolic extents at axis 0
   */
  public TypeTracker(Evaluator evaluator, long sampleBatch) {
    this.evaluator = evaluator;
    this.sampleBatch = sampleBatch;
  }

  /** Declares an input of the graph; what it says is taken as true. */
  public void input(ValueInfo info) {
    if (info.dtype() == null || info.dims() == null) {
      declare(info);
      return;
    }
    long[] dims = new long[info.dims().size()];
    for (int i = 0; i < dims.length; i++) {
      Dim dim = info.dims().get(i);
      long sample = i == 0 ? sampleBatch : SAMPLE_EXTENT;
      dims[i] =
          dim.isKnown()
              ? dim.size()
              : dim.symbol().isEmpty()
                  ? sample
                  : symbols.computeIfAbsent(dim.symbol(), s -> sample);
      if (!dim.isKnown()) {
        sampled.add(info.name());
      }
    }
    types.put(info.name(), new TensorType(info.dtype(), Shape.of(dims)));
  }

  /** Declares what a file says of a computed value; used where nothing better is found. */
  public void declare(ValueInfo info) {
    if (info.dtype() != null) {
      dtypes.putIfAbsent(info.name(), info.dtype());
    }
    if (info.dims() != null) {
      ranks.putIfAbsent(info.name(), info.dims().size());
    }
  }

  /** Declares a value of an outer graph as {@code other} knows it. */
  public void outer(String name, TypeTracker other) {
    if (other.types.containsKey(name)) {
      types.put(name, other.types.get(name));
    }
    if (other.dtype(name) != null) {
      dtypes.put(name, other.dtype(name));
    }
    if (other.rank(name) >= 0) {
      ranks.put(name, other.rank(name));
    }
    sampled.add(name);
  }

  /** Declares a constant. */
  public void constant(String name, Tensor value) {
    types.put(name, new TensorType(value.dtype(), value.shape()));
    values.put(name, value);
  }

  /**
   * Follows a node; whatever cannot be found stays unknown.
   *
   * @throws InvalidGraphException if the operation refuses inputs whose types are exact
   */
  public void add(Node node) {
    if (node.op() instanceof ControlFlowOp) {
      return;
    }
    Known known = new Known(node);
    if (!known.isComplete()) {
      return;
    }
    try {
      follow(node, known);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      if (isExact(node)) {
        throw new InvalidGraphException(
            "node " + node.name() + " (" + node.op().name() + "): " + e.getMessage(), e);
      }
      // The sample extents do not suit the operation; a run with real extents will tell.
      node.outputs().forEach(types::remove);
    }
  }

  private boolean isExact(Node node) {
    return node.inputs().stream().noneMatch(sampled::contains);
  }

  private void follow(Node node, Known known) {
    boolean exact = isExact(node);
    List<Tensor> folded = node.op().fold(known);
    if (folded == null) {
      List<TensorType> outputs = node.op().infer(known);
      node.checkOutputs(outputs.size());
      for (int i = 0; i < node.outputs().size(); i++) {
        types.put(node.output(i), outputs.get(i));
      }
      folded = evaluate(node, known, outputs);
    }
    for (int i = 0; folded != null && i < node.outputs().size(); i++) {
      if (!node.output(i).isEmpty()) {
        constant(node.output(i), folded.get(i));
      }
    }
    if (!exact) {
      sampled.addAll(node.outputs());
    }
  }

  private List<Tensor> evaluate(Node node, Known known, List<TensorType> outputs) {
    if (evaluator == null || !known.isSmall(outputs)) {
      return null;
    }
    if (node.op().isView()) {
      return List.of(known.value(0).reshaped(outputs.get(0).shape()));
    }
    return evaluator.evaluate(node, known.values(), outputs, node.op().problem(known, outputs));
  }

  /** Element type of a value, or {@code null} where it is not known. */
  public DType dtype(String value) {
    return types.containsKey(value) ? types.get(value).dtype() : dtypes.get(value);
  }

  /** Rank of a value, or −1 where it is not known. */
  public int rank(String value) {
    return types.containsKey(value)
        ? types.get(value).shape().rank()
        : ranks.getOrDefault(value, -1);
  }

  /** Extents of a value, or {@code null} where they are not known or may change between runs. */
  public Shape shape(String value) {
    return types.containsKey(value) && !sampled.contains(value) ? types.get(value).shape() : null;
  }

  /** Type of a value for the sample extents, or {@code null} where it is not known. */
  public TensorType sampleType(String value) {
    return types.get(value);
  }

  /** A value that is the same in every run, or {@code null} where it may change or is not known. */
  public Tensor value(String value) {
    return sampled.contains(value) ? null : values.get(value);
  }

  /** What is known of a node's inputs. */
  private final class Known implements OpContext {
    private final Node node;

    Known(Node node) {
      this.node = node;
    }

    /** Whether all types, and all values the operation must know, are there. */
    boolean isComplete() {
      for (int i = 0; i < inputCount(); i++) {
        if (has(i)
            && (!types.containsKey(node.input(i))
                || node.op().valueInputs().contains(i) && value(i) == null)) {
          return false;
        }
      }
      return true;
    }

    /** Whether all inputs are known and together with the outputs have few elements. */
    boolean isSmall(List<TensorType> outputs) {
      long elements = outputs.stream().mapToLong(type -> type.shape().elementCount()).sum();
      for (int i = 0; i < inputCount(); i++) {
        if (has(i) && value(i) == null) {
          return false;
        }
        elements += has(i) ? input(i).shape().elementCount() : 0;
      }
      return elements <= VALUE_ELEMENTS;
    }

    List<Tensor> values() {
      List<Tensor> all = new ArrayList<>();
      node.inputs().forEach(input -> all.add(values.get(input)));
      return all;
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
      TensorType type = types.get(node.input(index));
      if (type == null) {
        throw new IllegalArgumentException("input " + index + " is needed and missing");
      }
      return type;
    }

    @Override
    public Tensor value(int index) {
      return values.get(node.input(index));
    }

    @Override
    public int outputCount() {
      return node.outputs().size();
    }
  }
}
