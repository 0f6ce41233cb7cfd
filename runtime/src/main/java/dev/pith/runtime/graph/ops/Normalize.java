package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.normalize.NormalizeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * x normalized by moments of its own; {@link NormalizeProblem} has the arithmetic. ONNX
 * LayerNormalization, RMSNormalization, InstanceNormalization and GroupNormalization.
 *
 * <p>Inputs: x, optional scale, optional bias. Outputs: y; mean and inverse deviation of each row
 * (F32) where {@code rows} is {@code AXES}.
 *
 * @param rows what is normalized together
 * @param axis AXES: the first axis of a row, which ends with the last; negative counts from the end
 * @param groups GROUPS: groups of channels, which divide them
 * @param centered whether the mean is taken away
 * @param epsilon added to the variance
 */
public record Normalize(Rows rows, long axis, long groups, boolean centered, float epsilon)
    implements Op {

  /** What is normalized together. */
  public enum Rows {
    /** The axes from {@code axis} on; scale and bias have an element for each of a row's. */
    AXES,
    /** A group of channels of an image; scale and bias have an element for each channel. */
    GROUPS
  }

  /** The first axis of a row. */
  private int first(Shape x) {
    return rows == Rows.GROUPS ? 1 : x.axis(axis);
  }

  private long rowCount(Shape x) {
    return rows == Rows.GROUPS ? x.dim(0) * perImage(x) : x.elementCount(0, first(x));
  }

  /** Groups of an image; each channel is one where {@code groups} is 0. */
  private long perImage(Shape x) {
    return groups == 0 ? x.dim(1) : groups;
  }

  private long channels(Shape x) {
    return rows == Rows.GROUPS ? x.dim(1) : x.elementCount(first(x), x.rank());
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    if (!x.dtype().isFloat() || rows == Rows.GROUPS && shape.rank() < 2) {
      throw new IllegalArgumentException("x is " + x + "; real numbers in channels are needed");
    }
    if (rows == Rows.GROUPS && shape.dim(1) % perImage(shape) != 0) {
      throw new IllegalArgumentException(
          "x " + x + " has " + shape.dim(1) + " channels, no multiple of " + groups + " groups");
    }
    for (int i = 1; i <= 2; i++) {
      if (context.has(i)
          && (context.input(i).dtype() != x.dtype()
              || context.input(i).shape().elementCount() != channels(shape))) {
        throw new IllegalArgumentException(
            "input "
                + i
                + " is "
                + context.input(i)
                + "; x "
                + x
                + " needs "
                + channels(shape)
                + " elements of its type");
      }
    }
    if (context.outputCount() == 1 || rows == Rows.GROUPS) {
      return List.of(x);
    }
    Shape moments = shape;
    for (int i = first(shape); i < shape.rank(); i++) {
      moments = moments.with(i, 1);
    }
    TensorType moment = new TensorType(DType.F32, moments);
    return List.of(x, moment, moment).subList(0, Math.min(context.outputCount(), 3));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    long count = rowCount(x.shape());
    boolean grouped = rows == Rows.GROUPS;
    return new NormalizeProblem(
        x.dtype(),
        count,
        count == 0 ? 0 : x.shape().elementCount() / count,
        channels(x.shape()),
        grouped ? x.shape().elementCount(2, x.shape().rank()) : 1,
        centered,
        epsilon,
        context.has(1),
        context.has(2),
        outputs.size() - 1);
  }
}
