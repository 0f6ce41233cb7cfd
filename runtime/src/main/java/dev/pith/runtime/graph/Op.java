package dev.pith.runtime.graph;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * An operation with its attributes: one record per operation in {@code dev.pith.runtime.graph.ops},
 * listed in {@code Ops.ALL}.
 *
 * <p>Record components are the attributes; {@link OpCodec} stores and restores them without further
 * code. Implementations are immutable and thread-safe. All shapes given to an operation are
 * concrete: a graph with symbolic extents is planned anew for each combination of input shapes.
 */
public interface Op {

  /** The name that stands for this operation in files; the class's simple name. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * Indices of inputs whose <em>values</em> decide output shapes or attributes of the problem (the
   * target shape of Reshape, the starts of Slice). The planner makes sure they are known before it
   * calls the methods below.
   */
  default Set<Integer> valueInputs() {
    return Set.of();
  }

  /**
   * Types of the outputs.
   *
   * @throws IllegalArgumentException if types, shapes or values of the inputs do not fit; the
   *     message gives the values (the caller adds the node's name)
   */
  List<TensorType> infer(OpContext context);

  /**
   * The problem a kernel must solve; its inputs and outputs are the node's, in order.
   *
   * @param outputs what {@link #infer} returned
   */
  Problem problem(OpContext context, List<TensorType> outputs);

  /**
   * Outputs that follow from types and attributes alone (Shape, Size, Constant), or {@code null} if
   * a kernel must run.
   */
  default List<Tensor> fold(OpContext context) {
    return null;
  }

  /**
   * Whether output 0 has the same elements in the same order as input 0 (Reshape, Identity): no
   * kernel runs, memory is shared.
   */
  default boolean isView() {
    return false;
  }
}
