package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * y = activation(conv(x, weight) + bias + residual).
 *
 * <p>Inputs: x [N, C, spatial]; weight [O, kernel, C / groups]; optional bias [O]; optional
 * residual of the output's shape.
 *
 * <p>Bias, residual and output have the element type of x, a floating-point type.
 *
 * @param window strides, dilations, pads, groups
 * @param activation function applied last
 */
public record Conv(ConvWindow window, Activation activation) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    ConvGeometry geometry = window.geometry(context.input(0).shape(), context.input(1).shape());
    return List.of(new TensorType(context.input(0).dtype(), geometry.outputShape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new ConvProblem(
        window.geometry(context.input(0).shape(), context.input(1).shape()),
        context.input(0).dtype(),
        context.input(1).dtype(),
        ConvWindow.layoutOf(context, 1),
        new Epilogue(context.has(2), context.has(3), activation));
  }
}
