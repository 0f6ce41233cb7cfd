package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * The bits of every element read as another type of the same width. ONNX BitCast.
 *
 * @param dtype type of the output
 */
public record BitCast(DType dtype) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (x.dtype().bits() != dtype.bits()) {
      throw new IllegalArgumentException(
          "the bits of " + x + " cannot be read as " + dtype + ": the widths differ");
    }
    return List.of(new TensorType(dtype, x.shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return CopyProblem.builder(dtype, outputs.get(0).shape())
        .only(0, StridedView.of(outputs.get(0).shape()));
  }
}
