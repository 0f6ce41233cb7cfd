package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quantized.ConvIntegerProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * ONNX ConvInteger; {@link ConvIntegerProblem} has the arithmetic.
 *
 * <p>Inputs: x U8 or I8 [N, C, spatial]; weight U8 or I8 [O, kernel, C / groups]; optional zero
 * point of x, one element; optional zero point of the weight, one element or one for each output
 * channel. Output: I32.
 *
 * @param window strides, dilations, pads, groups
 */
public record ConvInteger(ConvWindow window) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    ConvGeometry geometry = geometry(context);
    if (context.has(2)) {
      QuantizedTypes.oneOf(context, 2, context.input(0).dtype());
      QuantizedTypes.count(context, 2, 1);
    }
    if (context.has(3)) {
      QuantizedTypes.oneOf(context, 3, context.input(1).dtype());
      QuantizedTypes.perChannel(context, 3, geometry.outputChannels());
    }
    return List.of(new TensorType(DType.I32, geometry.outputShape()));
  }

  private ConvGeometry geometry(OpContext context) {
    return window.geometry(
        QuantizedTypes.byteType(context, 0).shape(), QuantizedTypes.byteType(context, 1).shape());
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new ConvIntegerProblem(
        geometry(context),
        context.input(0).dtype(),
        context.input(1).dtype(),
        context.has(2),
        context.has(3) ? context.input(3).shape().elementCount() : 0);
  }
}
