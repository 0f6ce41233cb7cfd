package dev.pith.compress.train;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.Recurrent;
import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Which constants of a graph are weights to be trained. */
final class Parameters {

  private Parameters() {}

  /** Names of the weights: constants in floating point at a place where operations have weights. */
  static Set<String> of(Graph graph) {
    Set<String> places = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      for (int index : weightInputs(node)) {
        Tensor value = graph.constant(node, index);
        if (value != null && isWeight(node.op(), value)) {
          places.add(node.input(index));
        }
      }
    }
    places.removeAll(buffersOf(graph));
    Set<String> ordered = new LinkedHashSet<>(graph.constants().keySet());
    ordered.retainAll(places);
    return ordered;
  }

  private static boolean isWeight(Op op, Tensor value) {
    // Single numbers in sums and products are constants of formulas (1/√d), not weights.
    boolean formula =
        !(op instanceof Conv || op instanceof Linear) && value.shape().elementCount() < 2;
    return value.isDense() && value.dtype().isFloat() && !formula;
  }

  private static List<Integer> weightInputs(Node node) {
    return switch (node.op()) {
      case Conv _, Linear _, BatchNorm _, Normalize _ -> List.of(1, 2);
      case Recurrent _ -> List.of(1, 2, 3);
      case MatMul _, Binary _ -> List.of(0, 1);
      case Gather _, Expand _ -> List.of(0);
      case Concat _ -> IntStream.range(0, node.inputs().size()).boxed().toList();
      default -> List.of();
    };
  }

  /** Names of running statistics: changed by training, but not by gradients. */
  static Set<String> buffersOf(Graph graph) {
    Set<String> buffers = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      for (int index = 3; node.op() instanceof BatchNorm && index <= 4; index++) {
        if (graph.constant(node, index) != null) {
          buffers.add(node.input(index));
        }
      }
    }
    return buffers;
  }

  /** The tensor with elements of another floating-point type. */
  static Tensor convert(Tensor value, DType dtype) {
    if (value.dtype() == dtype) {
      return value;
    }
    Tensor target = Tensor.allocate(Arena.ofAuto(), dtype, value.shape());
    for (long i = 0; i < value.shape().elementCount(); i++) {
      Elements.setDouble(dtype, target.values(), i, value.getDouble(i));
    }
    return target;
  }
}
