package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quantized.QLinearConvProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX QLinearConv where weights, scales or zero points are computed or the weights are not
 * symmetric; {@link QLinearConvProblem} has the arithmetic. {@link QConv} is the form for constant
 * symmetric weights.
 *
 * <p>Inputs: x, its scale and zero point; weight [O, kernel, C / groups], its scale and zero point
 * (one element or one for each output channel); scale and zero point of y; optional bias I32 [O].
 *
 * @param window strides, dilations, pads, groups
 */
public record QLinearConv(ConvWindow window) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    ConvGeometry geometry = geometry(context);
    QuantizedTypes.oneOf(context, 2, context.input(0).dtype());
    QuantizedTypes.oneOf(context, 5, context.input(3).dtype());
    for (int scale : new int[] {1, 4, 6}) {
      QuantizedTypes.oneOf(context, scale, DType.F32);
    }
    for (int single : new int[] {1, 2, 6, 7}) {
      QuantizedTypes.count(context, single, 1);
    }
    QuantizedTypes.perChannel(context, 4, geometry.outputChannels());
    QuantizedTypes.perChannel(context, 5, geometry.outputChannels());
    if (context.has(8)) {
      QuantizedTypes.oneOf(context, 8, DType.I32);
      QuantizedTypes.count(context, 8, geometry.outputChannels());
    }
    DType output = QuantizedTypes.byteType(context, 7).dtype();
    return List.of(new TensorType(output, geometry.outputShape()));
  }

  private ConvGeometry geometry(OpContext context) {
    return window.geometry(
        QuantizedTypes.byteType(context, 0).shape(), QuantizedTypes.byteType(context, 3).shape());
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    ConvGeometry geometry = geometry(context);
    return new QLinearConvProblem(
        geometry,
        context.input(0).dtype(),
        context.input(3).dtype(),
        context.input(7).dtype(),
        QuantizedTypes.perChannel(context, 4, geometry.outputChannels()),
        QuantizedTypes.perChannel(context, 5, geometry.outputChannels()),
        context.has(8));
  }
}
