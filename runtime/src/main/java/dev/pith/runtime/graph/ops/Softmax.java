package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.reduce.SoftmaxProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * A function of rows of input 0. ONNX Softmax, LogSoftmax and Hardmax.
 *
 * @param function which function
 * @param axis the axis a row lies along; negative ones count from the end
 * @param flattened whether a row takes in all axes behind {@code axis} as well (before opset 13)
 */
public record Softmax(SoftmaxFunction function, long axis, boolean flattened) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (!x.dtype().isFloat()) {
      throw new IllegalArgumentException("x is " + x + "; floating-point numbers are needed");
    }
    x.shape().axis(axis);
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    int along = shape.axis(axis);
    int end = flattened ? shape.rank() : along + 1;
    return new SoftmaxProblem(
        function,
        x.dtype(),
        shape.elementCount(0, along),
        shape.elementCount(along, end),
        shape.elementCount(end, shape.rank()));
  }
}
