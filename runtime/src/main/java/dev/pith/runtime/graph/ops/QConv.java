package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * An int8 convolution with requantization; see {@link QConvProblem} for the arithmetic.
 *
 * <p>Inputs: x U8 [N, C, spatial]; weight I8 [O, kernel, C / groups]; scale F32 [O]; optional bias
 * I32 [O].
 *
 * @param window strides, dilations, pads, groups
 * @param requantize zero points, output type and clamp
 */
public record QConv(ConvWindow window, Requantize requantize) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    ConvGeometry geometry =
        window.geometry(
            QuantizedTypes.u8(context, 0).shape(),
            QuantizedTypes.oneOf(context, 1, DType.I8).shape());
    QuantizedTypes.layerConstants(context, geometry.outputChannels());
    return List.of(new TensorType(requantize.output(), geometry.outputShape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new QConvProblem(
        window.geometry(context.input(0).shape(), context.input(1).shape()),
        ConvWindow.layoutOf(context, 1),
        context.has(3),
        requantize);
  }
}
