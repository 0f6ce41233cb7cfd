package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.DeformConvProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Convolution with moved taps; {@link DeformConvProblem} has inputs and arithmetic. ONNX
 * DeformConv.
 *
 * @param window strides, dilations, pads, groups
 * @param offsetGroups groups of input channels with the same offsets
 */
public record DeformConv(ConvWindow window, long offsetGroups) implements Op {

  private ConvGeometry geometry(OpContext context) {
    Shape x = context.input(0).shape();
    Shape w = context.input(1).shape();
    if (x.rank() != 4 || w.rank() != 4) {
      throw new IllegalArgumentException("x is " + x + " and weight " + w + "; rank 4 is needed");
    }
    Shape last = Shape.of(w.dim(0), w.dim(2), w.dim(3), w.dim(1));
    return window.geometry(x, last);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    ConvGeometry g = geometry(context);
    Shape y = g.outputShape();
    long places = offsetGroups * g.taps();
    Shape offset = Shape.of(x.shape().dim(0), places * 2, y.dim(2), y.dim(3));
    check(context, x, 2, "offset", offset);
    check(context, x, 3, "bias", Shape.of(g.outputChannels()));
    check(context, x, 4, "mask", offset.with(1, places));
    if (!x.dtype().isFloat() || offsetGroups < 1 || x.shape().dim(1) % offsetGroups != 0) {
      throw new IllegalArgumentException(
          "x is " + x + ", whose channels " + offsetGroups + " offset groups do not divide");
    }
    return List.of(new TensorType(x.dtype(), y));
  }

  private static void check(OpContext c, TensorType x, int index, String what, Shape shape) {
    boolean isNeeded = index == 2;
    if ((isNeeded || c.has(index)) && !c.input(index).equals(new TensorType(x.dtype(), shape))) {
      throw new IllegalArgumentException(
          what + " is " + c.input(index) + "; " + new TensorType(x.dtype(), shape) + " is needed");
    }
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new DeformConvProblem(
        context.input(0).dtype(), geometry(context), offsetGroups, context.has(3), context.has(4));
  }
}
