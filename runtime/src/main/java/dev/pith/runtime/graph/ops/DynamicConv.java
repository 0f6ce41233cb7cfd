package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.DynamicConvProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * A convolution on F32 activations that are quantized when it runs (int8-dynamic); {@link
 * DynamicConvProblem} has the arithmetic.
 *
 * <p>Inputs: x F32 [N, C, spatial]; weight I8 [O, kernel, C / groups]; scale F32 [O]; optional bias
 * F32 [O]; optional residual F32 of the output's shape.
 *
 * @param window strides, dilations, pads, groups
 * @param activation function applied last
 */
public record DynamicConv(ConvWindow window, Activation activation) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = QuantizedTypes.oneOf(context, 0, DType.F32);
    TensorType weight = QuantizedTypes.oneOf(context, 1, DType.I8);
    Shape shape = window.geometry(x.shape(), weight.shape()).outputShape();
    QuantizedTypes.count(context, 2, weight.shape().dim(0));
    return List.of(new TensorType(DType.F32, shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new DynamicConvProblem(
        window.geometry(context.input(0).shape(), context.input(1).shape()),
        ConvWindow.layoutOf(context, 1),
        new Epilogue(context.has(3), context.has(4), activation));
  }
}
