package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.CastProblem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Every element of input 0 converted to the type of input 1, whose values do not matter. ONNX
 * CastLike where that type is not known before the run; {@link Cast} is the form for a known one.
 */
public record CastLike() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(context.input(1).dtype(), context.input(0).shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new CastProblem(x.dtype(), outputs.get(0).dtype(), x.shape());
  }
}
