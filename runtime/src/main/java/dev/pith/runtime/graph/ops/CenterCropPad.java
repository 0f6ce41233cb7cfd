package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyBlock;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Input 0 cut or padded with zeros, equally on both sides, to the extents of input 1 (I64 vector).
 * An odd rest is cut or padded at the end. ONNX CenterCropPad.
 *
 * @param axes the axes that input 1 is about; empty for all
 */
public record CenterCropPad(List<Long> axes) implements Op {
  public CenterCropPad {
    axes = List.copyOf(axes);
  }

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    long[] extents = context.longs(1);
    if (extents.length != (axes.isEmpty() ? x.shape().rank() : axes.size())) {
      throw new IllegalArgumentException(
          "extents " + Arrays.toString(extents) + " do not fit axes " + axes + " of " + x);
    }
    long[] dims = x.shape().dims();
    for (int i = 0; i < extents.length; i++) {
      dims[axes.isEmpty() ? i : x.shape().axis(axes.get(i))] = extents[i];
    }
    return List.of(new TensorType(x.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    Shape y = outputs.get(0).shape();
    CopyProblem.Builder builder = CopyProblem.builder(context.input(0).dtype(), y);
    StridedView source = StridedView.of(x);
    StridedView target = builder.output(0);
    long[] start = new long[y.rank()];
    long[] count = new long[y.rank()];
    for (int axis = 0; axis < y.rank(); axis++) {
      count[axis] = Math.min(x.dim(axis), y.dim(axis));
      start[axis] = (y.dim(axis) - count[axis]) / 2;
      source = source.slice(axis, (x.dim(axis) - count[axis]) / 2, 1, count[axis]);
      target = target.slice(axis, start[axis], 1, count[axis]);
    }
    return builder.fillAround(CopyBlock.ZEROS, 0, start, count).copy(0, source, 0, target).build();
  }
}
