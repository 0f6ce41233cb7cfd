package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.DequantizeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * U8, I8 or I32 to F32 with one scale: y = (x − zeroPoint) · scale.
 *
 * @param scale positive
 * @param zeroPoint zero point of the input
 */
public record Dequantize(float scale, int zeroPoint) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = QuantizedTypes.oneOf(context, 0, DType.U8, DType.I8, DType.I32);
    return List.of(new TensorType(DType.F32, x.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new DequantizeProblem(x.dtype(), x.shape(), scale, zeroPoint);
  }
}
