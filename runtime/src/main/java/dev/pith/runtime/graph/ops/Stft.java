package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.signal.StftProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Spectra of frames; {@link StftProblem} has the arithmetic. ONNX STFT: signal [N, length (, 1 or
 * 2)], step, optional window, optional frame length.
 *
 * @param oneSided whether only the lower half of the spectra is computed
 */
public record Stft(boolean oneSided) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1, 3);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    StftProblem p = problem(context);
    return List.of(new TensorType(p.dtype(), Shape.of(p.batch(), p.frames(), p.bins(), 2)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }

  private StftProblem problem(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    if (shape.rank() < 2 || shape.rank() > 3 || !x.dtype().isFloat()) {
      throw new IllegalArgumentException("signal is " + x + "; [N, length, 1 or 2] is needed");
    }
    if (!context.has(2) && !context.has(3)) {
      throw new IllegalArgumentException("neither a window nor a frame length is given");
    }
    long step = context.longs(1)[0];
    long frame = context.has(3) ? context.longs(3)[0] : context.input(2).shape().dim(0);
    if (step < 1
        || frame < 1
        || frame > shape.dim(1)
        || context.has(2) && context.input(2).shape().elementCount() != frame) {
      throw new IllegalArgumentException(
          "frames of " + frame + " every " + step + " do not fit signal " + x + " or their window");
    }
    return new StftProblem(
        x.dtype(),
        shape.dim(0),
        shape.dim(1),
        shape.rank() == 3 ? shape.dim(2) : 1,
        step,
        frame,
        (shape.dim(1) - frame) / step + 1,
        oneSided ? frame / 2 + 1 : frame,
        context.has(2));
  }
}
