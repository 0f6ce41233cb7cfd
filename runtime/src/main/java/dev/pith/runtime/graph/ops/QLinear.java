package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * An int8 linear layer with requantization; see {@link QLinearProblem} for the arithmetic.
 *
 * <p>Inputs: x U8 [.., K]; weight I8 [N, K]; scale F32 [N]; optional bias I32 [N].
 *
 * @param requantize zero points, output type and clamp
 */
public record QLinear(Requantize requantize) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape weight = QuantizedTypes.oneOf(context, 1, DType.I8).shape();
    Shape shape = Linear.output(QuantizedTypes.u8(context, 0).shape(), weight);
    QuantizedTypes.layerConstants(context, weight.dim(0));
    return List.of(new TensorType(requantize.output(), shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    Shape weight = context.input(1).shape();
    return new QLinearProblem(
        x.elementCount(0, x.rank() - 1),
        weight.dim(0),
        weight.dim(1),
        ConvWindow.layoutOf(context, 1),
        context.has(3),
        requantize);
  }
}
