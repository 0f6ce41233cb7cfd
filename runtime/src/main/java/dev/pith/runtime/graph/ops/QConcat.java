package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QConcatProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Concatenation of U8 tensors, each requantized to the output's scale; {@link QConcatProblem} has
 * the arithmetic.
 *
 * @param axis the axis along which inputs are joined; negative counts from the end
 * @param zeroPoints zero point of each input
 * @param ratios scale of each input over scale of the output
 * @param zeroPoint zero point of the output
 */
public record QConcat(long axis, List<Integer> zeroPoints, List<Float> ratios, int zeroPoint)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape first = QuantizedTypes.u8(context, 0).shape();
    int joined = first.axis(axis);
    long extent = 0;
    for (int i = 0; i < context.inputCount(); i++) {
      Shape shape = QuantizedTypes.u8(context, i).shape();
      if (shape.rank() != first.rank() || !shape.with(joined, 0).equals(first.with(joined, 0))) {
        throw new IllegalArgumentException(
            "input " + i + " of shape " + shape + " cannot join " + first + " along " + axis);
      }
      extent += shape.dim(joined);
    }
    return List.of(new TensorType(DType.U8, first.with(joined, extent)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < context.inputCount(); i++) {
      shapes.add(context.input(i).shape());
    }
    return new QConcatProblem(shapes.get(0).axis(axis), shapes, zeroPoints, ratios, zeroPoint);
  }
}
