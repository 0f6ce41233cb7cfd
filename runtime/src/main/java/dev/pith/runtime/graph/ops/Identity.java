package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/** y = x. */
public record Identity() implements Op {

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(context.input(0));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a view has no problem");
  }
}
