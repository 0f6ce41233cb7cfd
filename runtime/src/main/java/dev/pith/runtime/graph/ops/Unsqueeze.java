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
 * Input 0 with axes of extent 1 put in, so that they are the axes of the output that input 1 (I64
 * vector) lists. ONNX Unsqueeze.
 */
public record Unsqueeze() implements Op {

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
    long[] axes = context.longs(1);
    int rank = x.shape().rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (long axis : axes) {
      long place = axis < 0 ? axis + rank : axis;
      if (place < 0 || place >= rank || added[(int) place]) {
        throw new IllegalArgumentException(
            "axes " + Arrays.toString(axes) + " cannot be put into " + x);
      }
      added[(int) place] = true;
    }
    long[] dims = new long[rank];
    int next = 0;
    for (int i = 0; i < rank; i++) {
      dims[i] = added[i] ? 1 : x.shape().dim(next++);
    }
    return List.of(new TensorType(x.dtype(), Shape.of(dims)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a view has no problem");
  }
}
