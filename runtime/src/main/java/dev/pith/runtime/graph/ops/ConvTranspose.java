package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvTransposeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Transposed convolution; {@link ConvTransposeProblem} has inputs and arithmetic. ONNX
 * ConvTranspose.
 *
 * @param window strides, dilations, pads, groups; pads are taken away from the output
 * @param outputPadding elements added behind each axis of the output
 * @param outputShape spatial extents of the output, from which pads then follow; none to use pads
 * @param autoPad whether the output has stride times the input's extents, and pads follow
 */
public record ConvTranspose(
    ConvWindow window, List<Long> outputPadding, List<Long> outputShape, AutoPad autoPad)
    implements Op {

  /** The convolution from the output to the input. */
  private ConvGeometry forward(OpContext context) {
    Shape x = context.input(0).shape();
    Shape w = context.input(1).shape();
    int axes = window.strides().size();
    if (x.rank() != axes + 2
        || w.rank() != axes + 2
        || w.dim(0) != x.dim(1)
        || x.dim(1) % window.groups() != 0) {
      throw new IllegalArgumentException(
          "x is "
              + x
              + " and weight "
              + w
              + " with "
              + window.groups()
              + " groups over "
              + axes
              + " axes; weight must be [channels of x, channels of y / groups, kernel]");
    }
    List<Long> extents = new ArrayList<>();
    List<Long> kernel = new ArrayList<>();
    List<Long> begins = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      long stride = window.strides().get(i);
      kernel.add(w.dim(i + 2));
      long reach = (kernel.get(i) - 1) * window.dilations().get(i) + 1;
      long whole = stride * (x.dim(i + 2) - 1) + outputPadding.get(i) + reach;
      long begin = window.padsBegin().get(i);
      long end = window.padsEnd().get(i);
      if (!outputShape.isEmpty() || autoPad != AutoPad.NONE) {
        long wanted = outputShape.isEmpty() ? x.dim(i + 2) * stride : outputShape.get(i);
        long total = Math.max(0, whole - wanted);
        begin = autoPad == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
        end = total - begin;
        whole = wanted + total;
      }
      if (whole < begin + end) {
        throw new IllegalArgumentException(
            "pads " + begin + " and " + end + " leave nothing of " + whole + " outputs");
      }
      // Outputs that no window reaches: padding of the forward convolution ends before them.
      long unreached = Math.max(0, whole - stride * x.dim(i + 2) - reach + 1);
      extents.add(whole - begin - end);
      begins.add(begin);
      ends.add(end - unreached);
    }
    return new ConvGeometry(
        x.dim(0),
        w.dim(1) * window.groups(),
        x.dim(1),
        window.groups(),
        extents,
        kernel,
        window.strides(),
        window.dilations(),
        begins,
        ends);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    ConvGeometry forward = forward(context);
    if (!x.dtype().isFloat()
        || context.input(1).dtype() != x.dtype()
        || context.has(2)
            && !context
                .input(2)
                .equals(new TensorType(x.dtype(), Shape.of(forward.inputChannels())))) {
      throw new IllegalArgumentException(
          "x is "
              + x
              + ", weight "
              + context.input(1)
              + "; a weight, and a bias for each output channel, of x's type are needed");
    }
    return List.of(new TensorType(x.dtype(), forward.inputShape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    DType dtype = context.input(0).dtype();
    return new ConvTransposeProblem(dtype, forward(context), context.has(2));
  }
}
