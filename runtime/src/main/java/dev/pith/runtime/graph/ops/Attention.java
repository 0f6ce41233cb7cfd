package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.attention.AttentionProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Scaled dot-product attention; {@link AttentionProblem} has inputs, outputs and arithmetic. ONNX
 * Attention.
 *
 * @param heads heads of q where q, k and v have rank 3; unused otherwise
 * @param keyHeads heads of k and v likewise
 * @param scale factor of the products; 0 for 1 / √ size of a head
 * @param softcap bound of the products; 0 for none
 * @param causal whether a query sees only keys that come before it
 * @param scores what output 3 holds
 */
public record Attention(
    long heads,
    long keyHeads,
    float scale,
    float softcap,
    boolean causal,
    AttentionProblem.Scores scores)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    AttentionProblem p = problem(context);
    TensorType q = context.input(0);
    Shape y =
        p.packed()
            ? Shape.of(p.batch(), p.queries(), p.heads() * p.valueSize())
            : Shape.of(p.batch(), p.heads(), p.queries(), p.valueSize());
    return List.of(
            new TensorType(q.dtype(), y),
            new TensorType(q.dtype(), Shape.of(p.batch(), p.keyHeads(), p.total(), p.headSize())),
            new TensorType(q.dtype(), Shape.of(p.batch(), p.keyHeads(), p.total(), p.valueSize())),
            new TensorType(q.dtype(), Shape.of(p.batch(), p.heads(), p.queries(), p.total())))
        .subList(0, context.outputCount());
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context);
  }

  private AttentionProblem problem(OpContext context) {
    Shape q = context.input(0).shape();
    Shape k = context.input(1).shape();
    Shape v = context.input(2).shape();
    boolean packed = q.rank() == 3;
    if (q.rank() != 3 && q.rank() != 4
        || k.rank() != q.rank()
        || v.rank() != q.rank()
        || packed && (heads < 1 || keyHeads < 1)) {
      throw new IllegalArgumentException(
          "q is "
              + q
              + ", k "
              + k
              + ", v "
              + v
              + " with "
              + heads
              + " and "
              + keyHeads
              + " heads; all need rank 4, or rank 3 and a number of heads");
    }
    long queryHeads = packed ? heads : q.dim(1);
    long pairs = packed ? keyHeads : k.dim(1);
    long past = context.has(4) ? context.input(4).shape().dim(2) : 0;
    long size = packed ? q.dim(2) / queryHeads : q.dim(3);
    TensorType mask = context.has(3) ? context.input(3) : null;
    AttentionProblem p =
        new AttentionProblem(
            context.input(0).dtype(),
            q.dim(0),
            queryHeads,
            pairs,
            packed ? q.dim(1) : q.dim(2),
            packed ? k.dim(1) : k.dim(2),
            past,
            size,
            packed ? v.dim(2) / pairs : v.dim(3),
            packed,
            scale == 0 ? (float) (1 / Math.sqrt((double) size)) : scale,
            softcap,
            causal,
            mask == null ? null : mask.shape(),
            mask == null ? null : mask.dtype(),
            context.has(6),
            scores);
    check(context, p);
    return p;
  }

  private static void check(OpContext context, AttentionProblem p) {
    Shape k = context.input(1).shape();
    Shape v = context.input(2).shape();
    boolean heads = p.keyHeads() > 0 && p.heads() % p.keyHeads() == 0;
    boolean extents =
        k.elementCount() == p.batch() * p.keyHeads() * p.keys() * p.headSize()
            && v.elementCount() == p.batch() * p.keyHeads() * p.keys() * p.valueSize()
            && k.dim(0) == p.batch();
    if (!heads || !extents || !p.dtype().isFloat()) {
      throw new IllegalArgumentException(
          "q is "
              + context.input(0)
              + ", k "
              + k
              + ", v "
              + v
              + "; "
              + p.heads()
              + " heads and "
              + p.keyHeads()
              + " key heads do not fit them");
    }
    for (int i = 1; i < 6; i++) {
      DType other = i == 3 || !context.has(i) ? p.dtype() : context.input(i).dtype();
      if (other != p.dtype()) {
        throw new IllegalArgumentException("input " + i + " is " + other + ", q " + p.dtype());
      }
    }
    past(context, 4, p, p.headSize());
    past(context, 5, p, p.valueSize());
    if (p.mask() != null) {
      long[] whole = {p.batch(), p.heads(), p.queries(), p.total()};
      for (int d = 0; d < p.mask().rank(); d++) {
        long extent = p.mask().dim(d);
        long full = p.mask().rank() > 4 ? 0 : whole[4 - p.mask().rank() + d];
        boolean last = d == p.mask().rank() - 1;
        if (extent != 1 && extent != full && !(last && extent < full)) {
          throw new IllegalArgumentException(
              "mask " + p.mask() + " does not broadcast to " + Shape.of(whole));
        }
      }
    }
    if (p.lengths() && !context.input(6).equals(new TensorType(DType.I64, Shape.of(p.batch())))) {
      throw new IllegalArgumentException(
          "lengths are " + context.input(6) + "; I64[" + p.batch() + "] is needed");
    }
  }

  private static void past(OpContext context, int index, AttentionProblem p, long size) {
    Shape needed = Shape.of(p.batch(), p.keyHeads(), p.past(), size);
    if (context.has(index) != context.has(4)
        || context.has(index) && !context.input(index).shape().equals(needed)) {
      throw new IllegalArgumentException(
          "past k and past v (inputs 4 and 5) go together; input " + index + " must be " + needed);
    }
  }
}
