package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyBlock;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * The upper or lower triangle of the last two axes of input 0, zeros elsewhere. Input 1 (an I64
 * number, default 0) moves the diagonal to the right. ONNX Trilu.
 *
 * @param upper whether elements on and above the diagonal stay; otherwise those on and below
 */
public record Trilu(boolean upper) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    if (context.input(0).shape().rank() < 2) {
      throw new IllegalArgumentException(
          context.input(0) + " has no triangle: its rank is below 2");
    }
    return List.of(context.input(0));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    long diagonal = context.has(1) ? context.longs(1)[0] : 0;
    int rows = x.rank() - 2;
    int columns = x.rank() - 1;
    CopyProblem.Builder builder = CopyProblem.builder(context.input(0).dtype(), x);
    for (long row = 0; row < x.dim(rows); row++) {
      StridedView source = StridedView.of(x).slice(rows, row, 1, 1);
      StridedView target = builder.output(0).slice(rows, row, 1, 1);
      // Elements before `middle` are below the diagonal.
      long middle = Math.clamp(row + diagonal + (upper ? 0 : 1), 0, x.dim(columns));
      long rest = x.dim(columns) - middle;
      if (upper) {
        builder.fill(CopyBlock.ZEROS, 0, target.slice(columns, 0, 1, middle));
        builder.copy(
            0, source.slice(columns, middle, 1, rest), 0, target.slice(columns, middle, 1, rest));
      } else {
        builder.copy(
            0, source.slice(columns, 0, 1, middle), 0, target.slice(columns, 0, 1, middle));
        builder.fill(CopyBlock.ZEROS, 0, target.slice(columns, middle, 1, rest));
      }
    }
    return builder.build();
  }
}
