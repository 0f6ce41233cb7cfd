package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Identity;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The graph under construction, as translations see it: they add nodes and constants, and ask what
 * is known of values. New names are derived from the ONNX node being translated. Not thread-safe.
 */
public final class GraphBuilder {

  private final Set<String> names;
  private final Set<String> nodeNames = new HashSet<>();
  private final Set<String> defined = new HashSet<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final TypeTracker types;
  private final Map<String, String> reordered = new HashMap<>();
  private String base = "value";

  /**
   * An empty graph.
   *
   * @param names every name that new values must not take; shared by nested graphs
   * @param types follows types through the graph
   */
  GraphBuilder(Set<String> names, TypeTracker types) {
    this.names = names;
    this.types = types;
  }

  /** Names new values and nodes after {@code name} from now on. */
  void baseName(String name) {
    this.base = name;
  }

  TypeTracker types() {
    return types;
  }

  boolean isDefined(String value) {
    return defined.contains(value);
  }

  /** Declares a value that the graph is given: an input, or a value of an outer graph. */
  void given(String value) {
    names.add(value);
    defined.add(value);
  }

  /** Defines the value {@code name} as a constant. */
  public void define(String name, Tensor value) {
    given(name);
    constants.put(name, value);
    types.constant(name, value);
  }

  /** A name no value has, derived from {@code stem}; reserved from now on. */
  public String fresh(String stem) {
    String name = stem;
    for (int i = 1; !names.add(name); i++) {
      name = stem + "_" + i;
    }
    return name;
  }

  /** Adds a constant under a fresh name and returns the name. */
  public String constant(Tensor value) {
    String name = fresh(base + "_constant");
    define(name, value);
    return name;
  }

  /** Adds a constant vector of I64 and returns its name. */
  public String longs(long... values) {
    return constant(Tensor.of(values, values.length));
  }

  /** Adds a constant of rank 0 with the given element type and returns its name. */
  public String scalar(DType dtype, double value) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, Shape.SCALAR);
    Elements.setDouble(dtype, tensor.values(), 0, value);
    return constant(tensor);
  }

  /** Adds a node with one output under a fresh name and returns the name. */
  public String add(Op op, String... inputs) {
    return add(op, List.of(inputs), 1).get(0);
  }

  /** Adds a node with {@code outputs} outputs under fresh names and returns the names. */
  public List<String> add(Op op, List<String> inputs, int outputs) {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      written.add(fresh(base + "_" + op.name()));
    }
    write(op, inputs, written);
    return written;
  }

  /**
   * Adds a constant that is the weight {@code original} in another order. The same weight in the
   * same order is added once, however many nodes use it.
   *
   * @param order what was done; part of the new name
   */
  String reordered(String original, String order, UnaryOperator<Tensor> reorder) {
    String stem = original + "_" + order;
    String name = reordered.get(stem);
    if (name == null) {
      name = fresh(stem);
      define(name, reorder.apply(constant(original)));
      reordered.put(stem, name);
    }
    return name;
  }

  /** The value in F32: itself where it is so already, or where its type is not known. */
  String toFloat(String value) {
    DType dtype = dtype(value);
    if (dtype == DType.F32 || dtype == null) {
      return value;
    }
    Tensor constant = constant(value);
    return constant == null
        ? add(new Cast(DType.F32), value)
        : reordered(value, "f32", GraphBuilder::inFloat);
  }

  private static Tensor inFloat(Tensor tensor) {
    return Tensor.of(tensor.toFloats(), tensor.shape().dims());
  }

  /**
   * Adds a node that computes output 0 of {@code node} in F32, and its conversion where the model
   * has it in {@code dtype} ({@code null}: F32).
   */
  void outputAs(OnnxNode node, DType dtype, Op op, List<String> inputs) {
    if (dtype == null || dtype == DType.F32) {
      write(op, inputs, List.of(node.output(0)));
    } else {
      output(node, new Cast(dtype), add(op, inputs, 1).get(0));
    }
  }

  /** Adds a node that computes output 0 of {@code node}, and no other, from {@code inputs}. */
  public void output(OnnxNode node, Op op, String... inputs) {
    write(op, List.of(inputs), List.of(node.output(0)));
  }

  /** Adds a node with all inputs and outputs of {@code node} as they are. */
  public void same(OnnxNode node, Op op) {
    write(op, node.inputs(), node.outputs());
  }

  /** Makes output 0 of {@code node} equal to {@code value}. */
  public void alias(OnnxNode node, String value) {
    alias(node.output(0), value);
  }

  /** Makes {@code output} equal to {@code value}. */
  public void alias(String output, String value) {
    write(new Identity(), List.of(value), List.of(output));
  }

  /** Adds a node that writes {@code outputs}, which must be named in the model or fresh. */
  public void write(Op op, List<String> inputs, List<String> outputs) {
    String name = base;
    for (int i = 1; !nodeNames.add(name); i++) {
      name = base + "_" + i;
    }
    Node node = new Node(name, op, inputs, outputs);
    nodes.add(node);
    defined.addAll(outputs);
    names.addAll(outputs);
    types.add(node);
  }

  /** Whether the file itself has the value as a constant, not as a node that computes it. */
  boolean isStored(String value) {
    return constants.containsKey(value);
  }

  /**
   * The value, if it is the same in every run (a constant, or a small value computed from such),
   * else {@code null}.
   */
  public Tensor constant(String value) {
    Tensor constant = constants.get(value);
    return constant != null ? constant : types.value(value);
  }

  /** Element type of a value; {@code null} where it is not known. */
  public DType dtype(String value) {
    return types.dtype(value);
  }

  /** Rank of a value; −1 where it is not known. */
  public int rank(String value) {
    return types.rank(value);
  }

  /** Extents of a value; {@code null} where unknown or different from run to run. */
  public Shape shape(String value) {
    return types.shape(value);
  }

  /** The graph as it stands. */
  Graph graph(String name, List<ValueInfo> inputs, List<ValueInfo> outputs) {
    return new Graph(name, inputs, outputs, nodes, constants);
  }
}
