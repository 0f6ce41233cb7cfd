package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.signal.DftProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Discrete Fourier transform along an axis; {@link DftProblem} has the arithmetic. ONNX DFT. Input
 * 1 is the length, input 2 the axis, both optional I64 scalars.
 *
 * @param axis the axis where there is no input 2; negative ones count from the end
 * @param inverse whether the transform is the inverse one
 * @param oneSided whether only the lower half of a real signal's spectrum is computed, or given
 */
public record Dft(long axis, boolean inverse, boolean oneSided) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1, 2);
  }

  private DftProblem problem(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    int along = shape.axis(context.has(2) ? context.longs(2)[0] : axis);
    long components = shape.dim(-1);
    boolean mirrored = inverse && oneSided;
    if (!x.dtype().isFloat()
        || shape.rank() < 2
        || along == shape.rank() - 1
        || components != 1 && components != 2
        || mirrored && components != 2
        || oneSided && !inverse && components != 1) {
      throw new IllegalArgumentException(
          "x is "
              + x
              + " and the axis "
              + along
              + "; a last axis of 1 (real) or 2 (complex) behind it is needed");
    }
    long given = shape.dim(along);
    long usual = mirrored ? 2 * (given - 1) : given;
    long length = context.has(1) ? context.longs(1)[0] : usual;
    if (length < 1) {
      throw new IllegalArgumentException("length is " + length + "; 1 or more is needed");
    }
    return new DftProblem(
        x.dtype(),
        shape.elementCount(0, along),
        given,
        shape.elementCount(along + 1, shape.rank() - 1),
        components,
        length,
        oneSided && !inverse ? length / 2 + 1 : length,
        inverse,
        mirrored);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    DftProblem p = problem(context);
    Shape x = context.input(0).shape();
    int along = x.axis(context.has(2) ? context.longs(2)[0] : axis);
    Shape y = x.with(along, p.bins()).with(x.rank() - 1, p.realOutput() ? 1 : 2);
    return List.of(new TensorType(p.dtype(), y));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }
}
