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
 * All inputs, one behind the other along an axis. ONNX Concat.
 *
 * @param axis the axis; negative counts from the end
 */
public record Concat(long axis) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType first = context.input(0);
    int joined = first.shape().axis(axis);
    long extent = 0;
    for (int i = 0; i < context.inputCount(); i++) {
      TensorType x = context.input(i);
      if (x.dtype() != first.dtype()
          || x.shape().rank() != first.shape().rank()
          || !x.shape().with(joined, 0).equals(first.shape().with(joined, 0))) {
        throw new IllegalArgumentException(
            "input " + i + ", " + x + ", cannot join " + first + " along axis " + axis);
      }
      extent = Math.addExact(extent, x.shape().dim(joined));
    }
    return List.of(new TensorType(first.dtype(), first.shape().with(joined, extent)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType y = outputs.get(0);
    int joined = y.shape().axis(axis);
    CopyProblem.Builder builder = CopyProblem.builder(y.dtype(), y.shape());
    long at = 0;
    for (int i = 0; i < context.inputCount(); i++) {
      Shape x = context.input(i).shape();
      builder.copy(i, StridedView.of(x), 0, builder.output(0).slice(joined, at, 1, x.dim(joined)));
      at += x.dim(joined);
    }
    return builder.build();
  }
}
