package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Extents of input 0 as an I64 vector. ONNX Shape.
 *
 * @param start first axis; negative counts from the end; clamped to the rank
 * @param end axis behind the last, likewise
 */
public record ShapeOf(long start, long end) implements Op {

  /** All extents. */
  public static final ShapeOf ALL = new ShapeOf(0, Long.MAX_VALUE);

  private long[] extents(OpContext context) {
    Shape x = context.input(0).shape();
    int from = Math.clamp(start < 0 ? start + x.rank() : start, 0, x.rank());
    int to = Math.clamp(end < 0 ? end + x.rank() : end, 0, x.rank());
    return Arrays.copyOfRange(x.dims(), from, Math.max(from, to));
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(DType.I64, Shape.of(extents(context).length)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a shape is known beforehand");
  }

  @Override
  public List<Tensor> fold(OpContext context) {
    long[] extents = extents(context);
    return List.of(Tensor.of(extents, extents.length));
  }
}
