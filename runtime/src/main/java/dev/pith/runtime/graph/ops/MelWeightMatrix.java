package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.signal.MelProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Weights that turn a spectrum into mel bands; {@link MelProblem} has the arithmetic. ONNX
 * MelWeightMatrix: scalars for bands, length of the transform, sample rate, lowest and highest
 * hertz.
 *
 * @param dtype element type of the weights
 */
public record MelWeightMatrix(DType dtype) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(0, 1, 2, 3, 4);
  }

  private MelProblem problem(OpContext context) {
    MelProblem p =
        new MelProblem(
            dtype,
            context.longs(0)[0],
            context.longs(1)[0],
            context.longs(2)[0],
            context.known(3).getDouble(0),
            context.known(4).getDouble(0));
    if (p.bands() < 1 || p.transform() < 1 || p.rate() < 1) {
      throw new IllegalArgumentException(p + " has an extent below 1");
    }
    return p;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    MelProblem p = problem(context);
    return List.of(new TensorType(dtype, Shape.of(p.bins(), p.bands())));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }
}
