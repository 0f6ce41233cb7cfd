package dev.pith.compress.prune;

import dev.pith.compress.layer.ValueTypes;
import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows channels from the layers that produce them to everything that depends on them. Not
 * thread-safe.
 */
final class ChannelTrace {

  /** Every rule; a node that none is about holds the channels it reads. */
  private static final List<ChannelRule> RULES =
      List.of(
          new LayerChannels(), new PointwiseChannels(), new ImageChannels(), new ViewChannels());

  /**
   * A layer that produces channels.
   *
   * @param node the layer
   * @param ids the channel of each row of its weight
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, shared by design
  record Producer(Node node, int[] ids) {}

  private final Graph graph;
  private final ValueTypes values;
  private final ChannelClasses classes = new ChannelClasses();
  private final Map<String, ChannelLabels> labels = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final List<Producer> producers = new ArrayList<>();

  private ChannelTrace(Graph graph) {
    this.graph = graph;
    this.values = ValueTypes.of(graph);
    graph.nodes().forEach(node -> node.inputs().forEach(in -> uses.merge(in, 1, Integer::sum)));
  }

  /** The channels of {@code graph}. */
  static ChannelTrace of(Graph graph) {
    ChannelTrace trace = new ChannelTrace(graph);
    for (Node node : graph.nodes()) {
      if (!trace.isKnown(node.output(0))) {
        ChannelRule rule = rule(node);
        if (rule == null) {
          trace.holdInputs(node, "feeds " + describe(node));
        } else {
          rule.trace(node, trace);
        }
      }
    }
    for (String output : graph.outputNames()) {
      trace.hold(output, "reaches output " + output);
    }
    return trace;
  }

  /** The rule about {@code node}, or {@code null}. */
  static ChannelRule rule(Node node) {
    return RULES.stream().filter(rule -> rule.applies(node)).findFirst().orElse(null);
  }

  ChannelClasses classes() {
    return classes;
  }

  List<Producer> producers() {
    return producers;
  }

  /** Labels of a value, or {@code null} if its channels are not followed. */
  ChannelLabels labels(String value) {
    return labels.get(value);
  }

  Shape shape(String value) {
    return values.shape(value);
  }

  /** Whether the value is known before the run. */
  boolean isKnown(String value) {
    return values.isKnown(value);
  }

  /** The constant of that name, or {@code null}. */
  Tensor constant(String name) {
    return graph.constants().get(name);
  }

  /** Whether no other node reads the constant of that name. */
  boolean isUsedOnce(String name) {
    return uses.get(name) == 1;
  }

  void label(String value, ChannelLabels channels) {
    labels.put(value, channels);
  }

  /** New channels along an axis of {@code value}, produced by {@code node}. */
  int[] produce(Node node, String value, int axis, int count) {
    int[] ids = classes.fresh(count);
    label(value, new ChannelLabels(axis, ids));
    producers.add(new Producer(node, ids));
    return ids;
  }

  /** Keeps all channels of {@code value} from being removed. */
  void hold(String value, String reason) {
    ChannelLabels channels = labels.get(value);
    if (channels != null) {
      for (int id : channels.ids()) {
        classes.hold(id, reason);
      }
    }
  }

  /** Keeps all channels that {@code node} reads. */
  void holdInputs(Node node, String reason) {
    node.inputs().forEach(input -> hold(input, reason));
  }

  /** Joins two values' channels index by index; holds both if they lie differently. */
  void join(String a, String b, String where) {
    ChannelLabels first = labels.get(a);
    ChannelLabels second = labels.get(b);
    if (first == null
        || second == null
        || first.axis() != second.axis()
        || first.ids().length != second.ids().length) {
      hold(a, "meets other channels at " + where);
      hold(b, "meets other channels at " + where);
      return;
    }
    for (int i = 0; i < first.ids().length; i++) {
      classes.join(first.ids()[i], second.ids()[i]);
    }
  }

  /** Whether the layer's weight can be cut. */
  boolean canCut(Node node) {
    String weight = node.input(WeightedLayer.WEIGHT);
    Tensor value = constant(weight);
    return value != null && value.isDense() && value.dtype().isFloat() && isUsedOnce(weight);
  }

  /** Name of an operation at a node, for reasons. */
  static String describe(Node node) {
    return node.name() + " (" + node.op().name() + ")";
  }
}
