package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Average of each window of a U8 tensor, with requantization; {@link QAveragePoolProblem} has the
 * arithmetic.
 *
 * @param kernel extents of the window
 * @param window strides, dilations and pads; its groups are not used
 * @param ceilMode whether the number of windows is rounded up; no window begins in the end padding
 * @param countPadding whether padding counts
 * @param inputZeroPoint zero point of the input
 * @param ratio scale of the input over scale of the output
 * @param zeroPoint zero point of the output
 * @param low smallest stored value
 * @param high largest stored value
 */
public record QAveragePool(
    List<Long> kernel,
    ConvWindow window,
    boolean ceilMode,
    boolean countPadding,
    int inputZeroPoint,
    float ratio,
    int zeroPoint,
    int low,
    int high)
    implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape x = QuantizedTypes.u8(context, 0).shape();
    if (x.rank() != kernel.size() + 2) {
      throw new IllegalArgumentException("a window of " + kernel + " cannot slide over x " + x);
    }
    Shape y = x;
    for (int i = 0; i < kernel.size(); i++) {
      y = y.with(i + 2, extent(x.dim(i + 2), i));
    }
    return List.of(new TensorType(DType.U8, y));
  }

  private long extent(long input, int axis) {
    long begin = window.padsBegin().get(axis);
    long reach = (kernel.get(axis) - 1) * window.dilations().get(axis) + 1;
    long room = input + begin + window.padsEnd().get(axis) - reach;
    long stride = window.strides().get(axis);
    if (room < 0) {
      return 0;
    }
    long count = (ceilMode ? (room + stride - 1) / stride : room / stride) + 1;
    return ceilMode && (count - 1) * stride >= input + begin ? count - 1 : count;
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    return new QAveragePoolProblem(
        x.dim(0),
        x.dim(1),
        spatial(x),
        kernel,
        window.strides(),
        window.dilations(),
        window.padsBegin(),
        window.padsEnd(),
        spatial(outputs.get(0).shape()),
        countPadding,
        inputZeroPoint,
        ratio,
        zeroPoint,
        low,
        high);
  }

  /** Extents behind batch and channels. */
  static List<Long> spatial(Shape shape) {
    return Arrays.stream(shape.dims()).skip(2).boxed().toList();
  }
}
