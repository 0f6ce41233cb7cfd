package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.attention.RotaryProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Rotary position embedding; {@link RotaryProblem} has inputs and arithmetic. ONNX RotaryEmbedding.
 *
 * @param heads heads where x has rank 3; unused otherwise
 * @param rotated leading elements of a head that are rotated; 0 for all
 * @param interleaved whether a pair is two neighbours
 */
public record Rotary(long heads, long rotated, boolean interleaved) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    problem(context);
    return List.of(context.input(0));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }

  private RotaryProblem problem(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    boolean packed = shape.rank() == 3;
    if (!packed && shape.rank() != 4
        || packed && (heads < 1 || shape.dim(2) % heads != 0)
        || !x.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "x is " + x + " with " + heads + " heads; rank 4, or rank 3 and heads, are needed");
    }
    long size = packed ? shape.dim(2) / heads : shape.dim(3);
    long length = packed ? shape.dim(1) : shape.dim(2);
    long part = rotated == 0 ? size : rotated;
    Shape cache = context.input(1).shape();
    boolean positions = context.has(3);
    long rows = cache.elementCount(0, cache.rank() - 1);
    boolean fits =
        cache.dim(-1) == part / 2
            && part <= size
            && context.input(2).equals(context.input(1))
            && context.input(1).dtype() == x.dtype()
            && (positions
                ? context.input(3).equals(new TensorType(DType.I64, Shape.of(shape.dim(0), length)))
                : rows == shape.dim(0) * length);
    if (!fits) {
      throw new IllegalArgumentException(
          "cos is "
              + context.input(1)
              + " and sin "
              + context.input(2)
              + ", which do not turn "
              + part
              + " elements of x "
              + x);
    }
    return new RotaryProblem(
        x.dtype(),
        shape.dim(0),
        packed ? heads : shape.dim(1),
        length,
        size,
        part,
        interleaved,
        packed,
        positions,
        rows);
  }
}
