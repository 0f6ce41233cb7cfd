package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.search.TopKProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Values and positions (I64) of the k largest or smallest elements along an axis, best first. ONNX
 * TopK; input 1 is k, an I64 of one element.
 *
 * @param axis the axis; negative ones count from the end
 * @param largest whether the largest are sought, or the smallest
 */
public record TopK(long axis, boolean largest) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    int along = x.shape().axis(axis);
    long k = context.longs(1)[0];
    if (k < 0 || k > x.shape().dim(along)) {
      throw new IllegalArgumentException(
          "k is " + k + ", but axis " + axis + " of x " + x + " has " + x.shape().dim(along));
    }
    Shape y = x.shape().with(along, k);
    return List.of(new TensorType(x.dtype(), y), new TensorType(DType.I64, y));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    int along = x.shape().axis(axis);
    return new TopKProblem(
        largest,
        x.dtype(),
        x.shape().elementCount(0, along),
        x.shape().dim(along),
        x.shape().elementCount(along + 1, x.shape().rank()),
        outputs.get(0).shape().dim(along));
  }
}
