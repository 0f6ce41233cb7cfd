package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * The axes of input 0 in another order. ONNX Transpose.
 *
 * @param order axis k of the output is axis {@code order[k]} of the input; empty to reverse all
 */
public record Transpose(List<Long> order) implements Op {
  public Transpose {
    order = List.copyOf(order);
  }

  private StridedView view(Shape x) {
    int rank = x.rank();
    int[] axes = new int[rank];
    boolean[] seen = new boolean[rank];
    if (!order.isEmpty() && order.size() != rank) {
      throw new IllegalArgumentException(
          "order " + order + " does not fit shape " + x + " of rank " + rank);
    }
    for (int k = 0; k < rank; k++) {
      axes[k] = order.isEmpty() ? rank - 1 - k : x.axis(order.get(k));
      if (seen[axes[k]]) {
        throw new IllegalArgumentException("order " + order + " has axis " + axes[k] + " twice");
      }
      seen[axes[k]] = true;
    }
    return StridedView.of(x).permute(axes);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    return List.of(new TensorType(x.dtype(), view(x.shape()).shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return CopyProblem.builder(x.dtype(), outputs.get(0).shape()).only(0, view(x.shape()));
  }
}
