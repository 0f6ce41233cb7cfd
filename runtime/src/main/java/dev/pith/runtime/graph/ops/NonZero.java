package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Coordinates of the elements of input 0 that are not zero, in row-major order: I64 [rank, count].
 * The shape depends on the values, so the input must be known when the node is planned. ONNX
 * NonZero.
 */
public record NonZero() implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(0);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    Tensor found = fold(context).get(0);
    return List.of(new TensorType(DType.I64, found.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("what is not zero is known beforehand");
  }

  @Override
  public List<Tensor> fold(OpContext context) {
    Tensor x = context.value(0);
    long count = x.shape().elementCount();
    long[] found = LongStream.range(0, count).filter(i -> x.getDouble(i) != 0).toArray();
    int rank = x.shape().rank();
    long[] coordinates = new long[Math.multiplyExact(rank, found.length)];
    long[] strides = x.shape().strides();
    for (int axis = 0; axis < rank; axis++) {
      for (int i = 0; i < found.length; i++) {
        coordinates[axis * found.length + i] = found[i] / strides[axis] % x.shape().dim(axis);
      }
    }
    return List.of(Tensor.of(coordinates, rank, found.length));
  }
}
