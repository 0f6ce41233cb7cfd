package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.DequantizeLinearProblem;
import dev.pith.kernels.quantized.ScaleGrid;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX DequantizeLinear with computed scales of any granularity; {@link DequantizeLinearProblem}
 * has the arithmetic. {@link Dequantize} is the form for one known scale.
 *
 * <p>Inputs: x; scale F32, F16 or BF16; optional zero point of the type of x and the scale's shape.
 *
 * @param axis axis of a vector scale or of blocks; negative counts from the end
 * @param blockSize neighbours along the axis that share a scale, or 0 where there are no blocks
 * @param dtype type of the output: F32, F16 or BF16 (that of the scale unless a model says
 *     otherwise)
 */
public record DequantizeLinear(long axis, long blockSize, DType dtype) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x =
        QuantizedTypes.oneOf(
            context, 0, DType.U8, DType.I8, DType.U16, DType.I16, DType.I32, DType.U4, DType.I4);
    QuantizedTypes.oneOf(context, 1, DType.F32, DType.F16, DType.BF16);
    if (context.has(2)) {
      QuantizedTypes.oneOf(context, 2, x.dtype());
      QuantizedTypes.count(context, 2, context.input(1).shape().elementCount());
    }
    ScaleGrid.of(x.shape(), context.input(1).shape(), axis, blockSize);
    return List.of(new TensorType(dtype, x.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType scale = context.input(1);
    return new DequantizeLinearProblem(
        x.dtype(),
        scale.dtype(),
        dtype,
        context.has(2),
        x.shape(),
        ScaleGrid.of(x.shape(), scale.shape(), axis, blockSize));
  }
}
