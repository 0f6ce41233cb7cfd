package dev.pith.compress.layer;

import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.Specializer;
import java.util.HashMap;
import java.util.Map;

/**
 * Types of all values of a graph for one choice of its free extents: the leading one is 1, others
 * are {@value #FREE_EXTENT}. Ranks and channel extents hold for every choice.
 *
 * @param types types of the values computed at run time, graph inputs included
 * @param known values known beforehand: constants, and what folds for this choice
 */
public record ValueTypes(Map<String, TensorType> types, Map<String, Tensor> known) {

  /** Stands for extents that only the run decides, the leading one excepted. */
  public static final long FREE_EXTENT = 32;

  /**
   * Infers all types.
   *
   * @throws InvalidGraphException if an operation refuses its inputs, or a shape depends on data
   */
  public static ValueTypes of(Graph graph) {
    Specializer.Specialized done = specialize(graph);
    if (!done.isComplete()) {
      throw new InvalidGraphException(
          "node "
              + done.blockedNode().name()
              + " ("
              + done.blockedNode().op().name()
              + ") needs the value "
              + done.blockedValue()
              + ", which only a run provides; shapes cannot be inferred beforehand");
    }
    return new ValueTypes(done.types(), done.known());
  }

  /** Infers the types of all values before the first whose shape depends on data. */
  public static ValueTypes beforeData(Graph graph) {
    Specializer.Specialized done = specialize(graph);
    return new ValueTypes(done.types(), done.known());
  }

  private static Specializer.Specialized specialize(Graph graph) {
    Map<String, TensorType> inputs = new HashMap<>();
    for (ValueInfo input : graph.inputs()) {
      inputs.put(input.name(), typeOf(input));
    }
    GraphEvaluator evaluator = new GraphEvaluator(Target.plainCpu(1));
    return new Specializer(evaluator::evaluate).specialize(graph, inputs, Map.of());
  }

  private static TensorType typeOf(ValueInfo input) {
    if (input.dims() == null) {
      throw new InvalidGraphException(
          "input " + input.name() + " has no declared rank; shapes cannot be inferred beforehand");
    }
    long[] dims = new long[input.dims().size()];
    for (int i = 0; i < dims.length; i++) {
      Dim dim = input.dims().get(i);
      dims[i] = dim.isKnown() ? dim.size() : i == 0 ? 1 : FREE_EXTENT;
    }
    return new TensorType(input.dtype(), Shape.of(dims));
  }

  /** Shape of a value, or {@code null} if nothing is known of it. */
  public Shape shape(String value) {
    TensorType type = types.get(value);
    if (type != null) {
      return type.shape();
    }
    Tensor tensor = known.get(value);
    return tensor == null ? null : tensor.shape();
  }

  /** Whether the value is known before the run. */
  public boolean isKnown(String value) {
    return known.containsKey(value);
  }
}
