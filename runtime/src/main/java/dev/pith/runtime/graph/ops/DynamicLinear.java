package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.DynamicLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * A linear layer on F32 activations that are quantized when it runs (int8-dynamic); {@link
 * DynamicLinearProblem} has the arithmetic.
 *
 * <p>Inputs: x F32 [.., K]; weight I8 [N, K]; scale F32 [N]; optional bias F32 [N]; optional
 * residual F32 of the output's shape.
 *
 * @param activation function applied last
 */
public record DynamicLinear(Activation activation) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = QuantizedTypes.oneOf(context, 0, DType.F32);
    TensorType weight = QuantizedTypes.oneOf(context, 1, DType.I8);
    Shape shape = Linear.output(x.shape(), weight.shape());
    QuantizedTypes.count(context, 2, weight.shape().dim(0));
    return List.of(new TensorType(DType.F32, shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    Shape weight = context.input(1).shape();
    return new DynamicLinearProblem(
        x.elementCount(0, x.rank() - 1),
        weight.dim(0),
        weight.dim(1),
        ConvWindow.layoutOf(context, 1),
        new Epilogue(context.has(3), context.has(4), activation));
  }
}
