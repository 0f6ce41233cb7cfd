package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.CastProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Every element converted to another type; {@link CastProblem} has the rules.
 *
 * @param dtype type of the output
 */
public record Cast(DType dtype) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(dtype, context.input(0).shape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new CastProblem(context.input(0).dtype(), dtype, context.input(0).shape());
  }
}
