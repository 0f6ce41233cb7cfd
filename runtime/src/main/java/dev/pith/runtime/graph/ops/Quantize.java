package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QuantizeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * F32 to U8 or I8 with one scale: y = clamp(rne(x / scale) + zeroPoint).
 *
 * @param dtype type of the output
 * @param scale positive
 * @param zeroPoint within the range of the output type
 */
public record Quantize(DType dtype, float scale, int zeroPoint) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(dtype, QuantizedTypes.oneOf(context, 0, DType.F32).shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new QuantizeProblem(dtype, context.input(0).shape(), scale, zeroPoint);
  }
}
