package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.sequence.ReverseProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Beginnings of sequences in reverse order; input 1 (I64 vector) has their lengths. ONNX
 * ReverseSequence.
 *
 * @param batchAxis axis of the sequences, 0 or 1
 * @param timeAxis axis along which each is reversed, 1 or 0
 */
public record ReverseSequence(long batchAxis, long timeAxis) implements Op {
  public ReverseSequence {
    if (batchAxis < 0 || batchAxis > 1 || timeAxis != 1 - batchAxis) {
      throw new IllegalArgumentException(
          "batch axis " + batchAxis + " and time axis " + timeAxis + " are not 0 and 1");
    }
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    TensorType lengths = context.input(1);
    if (x.shape().rank() < 2
        || lengths.dtype() != DType.I64
        || lengths.shape().elementCount() != x.shape().dim((int) batchAxis)) {
      throw new IllegalArgumentException("lengths " + lengths + " do not fit sequences " + x);
    }
    return List.of(x);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new ReverseProblem(x.dtype(), x.shape(), (int) batchAxis, (int) timeAxis);
  }
}
