package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Input 0 in parts along an axis: one part for each output, of the extents that input 1 (I64
 * vector) gives; without it, of equal extents with the last one smaller. ONNX Split.
 *
 * @param axis the axis; negative counts from the end
 */
public record Split(long axis) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  private long[] extents(OpContext context) {
    Shape x = context.input(0).shape();
    long extent = x.dim(x.axis(axis));
    int parts = context.outputCount();
    if (context.has(1)) {
      long[] extents = context.longs(1);
      if (extents.length != parts || Arrays.stream(extents).sum() != extent) {
        throw new IllegalArgumentException(
            "parts of "
                + Arrays.toString(extents)
                + " for "
                + parts
                + " outputs do not make up axis "
                + axis
                + " of "
                + x);
      }
      return extents;
    }
    long part = (extent + parts - 1) / parts;
    long[] extents = new long[parts];
    for (int i = 0; i < parts; i++) {
      extents[i] = Math.clamp(extent - i * part, 0, part);
    }
    return extents;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    List<TensorType> outputs = new ArrayList<>();
    for (long extent : extents(context)) {
      outputs.add(new TensorType(x.dtype(), x.shape().with(x.shape().axis(axis), extent)));
    }
    return outputs;
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    int along = x.shape().axis(axis);
    CopyProblem.Builder builder =
        CopyProblem.builder(x.dtype(), outputs.stream().map(TensorType::shape).toList());
    long at = 0;
    for (int i = 0; i < outputs.size(); i++) {
      long extent = outputs.get(i).shape().dim(along);
      builder.copy(0, StridedView.of(x.shape()).slice(along, at, 1, extent), i, builder.output(i));
      at += extent;
    }
    return builder.build();
  }
}
