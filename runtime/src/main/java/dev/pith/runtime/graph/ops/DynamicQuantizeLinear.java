package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.DynamicQuantizeLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX DynamicQuantizeLinear: x F32 to y U8, its scale F32 [] and zero point U8 []; {@link
 * DynamicQuantizeLinearProblem} has the arithmetic.
 */
public record DynamicQuantizeLinear() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape shape = QuantizedTypes.oneOf(context, 0, DType.F32).shape();
    return List.of(
        new TensorType(DType.U8, shape),
        new TensorType(DType.F32, Shape.SCALAR),
        new TensorType(DType.U8, Shape.SCALAR));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new DynamicQuantizeLinearProblem(context.input(0).shape());
  }
}
