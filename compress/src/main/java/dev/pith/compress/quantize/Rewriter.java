package dev.pith.compress.quantize;

import dev.pith.compress.calibrate.Calibration;
import dev.pith.compress.calibrate.Range;
import dev.pith.compress.calibrate.RangeMethod;
import dev.pith.compress.layer.ValueTypes;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Quantize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds the quantized graph node by node: knows for each value whether it exists in floating
 * point, quantized, or both, and converts on demand, once. Not thread-safe.
 */
final class Rewriter {

  private final Graph source;
  private final GraphEditor editor;
  private final Calibration calibration;
  private final RangeMethod method;
  private final Map<String, Scale> given;
  private final ValueTypes types;
  private final Map<String, List<Node>> consumers = new HashMap<>();
  private final Map<String, String> quantizedNames = new HashMap<>();
  private final Map<String, Scale> scales = new HashMap<>();
  private final Set<String> floating = new HashSet<>();
  private final Set<Node> absorbed = new HashSet<>();

  Rewriter(Graph source, Calibration calibration, RangeMethod method, Map<String, Scale> given) {
    this.source = source;
    this.given = given;
    this.calibration = calibration;
    this.method = method;
    this.types = ValueTypes.beforeData(source);
    this.editor = new GraphEditor(source);
    source.nodes().forEach(editor::remove);
    source.inputs().forEach(input -> floating.add(input.name()));
    floating.addAll(source.constants().keySet());
    for (Node node : source.nodes()) {
      node.inputs().forEach(in -> consumers.computeIfAbsent(in, n -> new ArrayList<>()).add(node));
    }
  }

  /** The constant that is input {@code index} of {@code node}, or {@code null}. */
  Tensor constant(Node node, int index) {
    return source.constant(node, index);
  }

  /** Rank of a value, or −1 if it depends on data. */
  int rank(String value) {
    Shape shape = types.shape(value);
    return shape == null ? -1 : shape.rank();
  }

  /** Nodes that read {@code value} in the source graph. */
  List<Node> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** Whether the source graph returns {@code value}. */
  boolean isOutput(String value) {
    return source.outputNames().contains(value);
  }

  /**
   * The only reader of {@code value}, or {@code null} if there are others or the graph returns it.
   */
  Node onlyConsumer(String value) {
    List<Node> readers = consumers(value);
    return readers.size() == 1 && !isOutput(value) ? readers.get(0) : null;
  }

  /** The given scale, or that of the calibrated range; {@code null} where there is neither. */
  Scale calibrated(String value) {
    if (given.containsKey(value)) {
      return given.get(value);
    }
    Range range = calibration.range(value, method);
    return range == null ? null : Scale.of(range);
  }

  /** Channel means observed for a value; {@code null} if none were. */
  double[] means(String value) {
    return calibration.means(value);
  }

  /** Whether the value exists in quantized form. */
  boolean isQuantized(String value) {
    return quantizedNames.containsKey(value);
  }

  /** Whether the value is, or can be, quantized: it is already, or its range is known. */
  boolean canQuantize(String value) {
    return isQuantized(value)
        || !source.constants().containsKey(value) && calibrated(value) != null;
  }

  /** Parameters of the quantized form that {@link #quantized} returns. */
  Scale scale(String value) {
    return scales.computeIfAbsent(value, this::calibrated);
  }

  /** Names of quantized forms, by the value they stand for. */
  Map<String, String> quantizedNames() {
    return Map.copyOf(quantizedNames);
  }

  /** Name of the quantized form of a value; a Quantize node is added where there is none. */
  String quantized(String value) {
    String name = quantizedNames.get(value);
    if (name == null) {
      Scale scale = scale(value);
      name = editor.freshName(value + "_u8");
      add(
          value + "_quantize",
          new Quantize(DType.U8, scale.scale(), scale.zeroPoint()),
          List.of(value),
          name);
      quantizedNames.put(value, name);
    }
    return name;
  }

  /** Declares that {@code value} now exists quantized; returns the name to write it under. */
  String defineQuantized(String value, Scale scale) {
    String name = editor.freshName(value + "_u8");
    quantizedNames.put(value, name);
    scales.put(value, scale);
    return name;
  }

  /** Makes sure that {@code value} exists in floating point under its own name. */
  void needFloating(String value) {
    if (!value.isEmpty() && !floating.contains(value)) {
      Scale scale = scales.get(value);
      add(
          value + "_dequantize",
          new Dequantize(scale.scale(), scale.zeroPoint()),
          List.of(quantizedNames.get(value)),
          value);
      floating.add(value);
    }
  }

  /** Adds a node of the quantized graph. */
  void add(String name, Op op, List<String> inputs, String output) {
    editor.add(new Node(editor.freshName(name), op, inputs, List.of(output)));
  }

  /** Adds a node that stays as it is. */
  void keep(Node node) {
    node.inputs().forEach(this::needFloating);
    editor.add(node);
    floating.addAll(node.outputs());
  }

  /** Declares that {@code value} exists in floating point under its own name. */
  void defineFloating(String value) {
    floating.add(value);
  }

  /** Adds a constant under a name derived from {@code base}; returns the name. */
  String constant(String base, Tensor value) {
    return editor.addConstant(base, value);
  }

  /** Marks a node as part of one that was already written. */
  void absorb(Node node) {
    absorbed.add(node);
  }

  boolean isAbsorbed(Node node) {
    return absorbed.contains(node);
  }

  Graph finish() {
    source.outputNames().forEach(this::needFloating);
    return editor.toGraph();
  }
}
