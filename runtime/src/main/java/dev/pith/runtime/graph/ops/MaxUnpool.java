package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.pool.UnpoolProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Puts each element of x [N, C, spatial] where the I64 indices of the same shape say, zeros
 * elsewhere. ONNX MaxUnpool. The optional I64 vector input 2 is the output's shape; without it, the
 * extents are those of the pool's input.
 *
 * @param kernel extents of the window of the pool that is undone
 * @param window its strides and pads
 */
public record MaxUnpool(List<Long> kernel, ConvWindow window) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(2);
  }

  /** Shape of the pool's input if nothing was lost, in which indices count. */
  private Shape indexed(Shape x) {
    Shape y = x;
    for (int i = 0; i < kernel.size(); i++) {
      long whole = (x.dim(i + 2) - 1) * window.strides().get(i) + kernel.get(i);
      y = y.with(i + 2, whole - window.padsBegin().get(i) - window.padsEnd().get(i));
    }
    return y;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    TensorType indices = context.input(1);
    if (x.shape().rank() != kernel.size() + 2
        || indices.dtype() != DType.I64
        || !indices.shape().equals(x.shape())) {
      throw new IllegalArgumentException(
          "x is " + x + " and indices " + indices + "; a window of " + kernel + " undoes neither");
    }
    Shape y = context.has(2) ? Shape.of(context.longs(2)) : indexed(x.shape());
    if (y.rank() != x.shape().rank()) {
      throw new IllegalArgumentException("output shape " + y + " does not have the rank of " + x);
    }
    return List.of(new TensorType(x.dtype(), y));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new UnpoolProblem(
        x.dtype(), x.shape().elementCount(), indexed(x.shape()), outputs.get(0).shape());
  }
}
