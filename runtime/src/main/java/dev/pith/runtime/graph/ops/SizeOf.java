package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/** Number of elements of input 0 as an I64 number. ONNX Size. */
public record SizeOf() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(DType.I64, Shape.SCALAR));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a size is known beforehand");
  }

  @Override
  public List<Tensor> fold(OpContext context) {
    return List.of(Tensor.scalar(context.input(0).shape().elementCount()));
  }
}
