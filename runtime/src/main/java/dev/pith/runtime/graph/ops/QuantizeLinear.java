package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QuantizeLinearProblem;
import dev.pith.kernels.quantized.ScaleGrid;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX QuantizeLinear with computed scales of any granularity; {@link QuantizeLinearProblem} has
 * the arithmetic. {@link Quantize} is the form for one known scale.
 *
 * <p>Inputs: x F32, F16, BF16 or I32; scale F32, F16 or BF16; optional zero point of the scale's
 * shape.
 *
 * @param axis axis of a vector scale or of blocks; negative counts from the end
 * @param blockSize neighbours along the axis that share a scale, or 0 where there are no blocks
 * @param dtype type of the output; that of the zero point where there is one
 * @param precision type the quotient is rounded to: F32, F16 or BF16
 */
public record QuantizeLinear(long axis, long blockSize, DType dtype, DType precision)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = QuantizedTypes.oneOf(context, 0, DType.F32, DType.F16, DType.BF16, DType.I32);
    QuantizedTypes.oneOf(context, 1, DType.F32, DType.F16, DType.BF16);
    if (context.has(2)) {
      QuantizedTypes.oneOf(context, 2, dtype);
      QuantizedTypes.count(context, 2, context.input(1).shape().elementCount());
    }
    ScaleGrid.of(x.shape(), context.input(1).shape(), axis, blockSize);
    return List.of(new TensorType(dtype, x.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    TensorType scale = context.input(1);
    return new QuantizeLinearProblem(
        x.dtype(),
        scale.dtype(),
        precision,
        dtype,
        context.has(2),
        x.shape(),
        ScaleGrid.of(x.shape(), scale.shape(), axis, blockSize));
  }
}
