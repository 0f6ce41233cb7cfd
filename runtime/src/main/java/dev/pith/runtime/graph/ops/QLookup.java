package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QLookupProblem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/** y[i] = table[x[i]]. Inputs: x U8; table U8 [256]. */
public record QLookup() implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    QuantizedTypes.u8(context, 1);
    QuantizedTypes.count(context, 1, 256);
    return List.of(QuantizedTypes.u8(context, 0));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new QLookupProblem(context.input(0).shape());
  }
}
