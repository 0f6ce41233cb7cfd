package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Input 0 without axes of extent 1: those of input 1 (I64 vector), or all if it is absent. ONNX
 * Squeeze.
 */
public record Squeeze() implements Op {

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    boolean[] dropped = new boolean[x.shape().rank()];
    for (int i = 0; i < dropped.length; i++) {
      dropped[i] = !context.has(1) && x.shape().dim(i) == 1;
    }
    for (long axis : context.has(1) ? context.longs(1) : new long[0]) {
      int place = x.shape().axis(axis);
      if (x.shape().dim(place) != 1) {
        throw new IllegalArgumentException(
            "axis " + axis + " of " + x + " cannot be dropped: its extent is not 1");
      }
      dropped[place] = true;
    }
    long[] dims = new long[dropped.length];
    int rank = 0;
    for (int i = 0; i < dropped.length; i++) {
      if (!dropped[i]) {
        dims[rank++] = x.shape().dim(i);
      }
    }
    return List.of(new TensorType(x.dtype(), Shape.of(Arrays.copyOf(dims, rank))));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a view has no problem");
  }
}
