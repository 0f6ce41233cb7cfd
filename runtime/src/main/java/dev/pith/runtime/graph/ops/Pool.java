package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A function over each window of x [N, C, spatial]; {@link PoolProblem} has the arithmetic. ONNX
 * MaxPool, AveragePool, LpPool. A second output (MAX only) holds the indices of the maxima.
 *
 * @param function what a window keeps
 * @param kernel extents of the window
 * @param window strides, dilations and pads; its groups are not used
 * @param autoPad whether pads follow from the extents instead
 * @param ceilMode whether the number of windows is rounded up; no window begins in the end padding
 * @param countPadding AVERAGE: whether padding counts
 * @param p LP: the exponent, at least 1
 * @param columnMajor MAX: whether indices count the first spatial axis fastest
 */
public record Pool(
    PoolFunction function,
    List<Long> kernel,
    ConvWindow window,
    AutoPad autoPad,
    boolean ceilMode,
    boolean countPadding,
    int p,
    boolean columnMajor)
    implements Op {

  /** The window as it falls on an input of the given shape. */
  private PoolGeometry geometry(Shape x) {
    if (x.rank() != kernel.size() + 2 || kernel.isEmpty()) {
      throw new IllegalArgumentException("a window of " + kernel + " cannot slide over x " + x);
    }
    List<Long> begins = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    List<Long> outputs = new ArrayList<>();
    for (int i = 0; i < kernel.size(); i++) {
      long input = x.dim(i + 2);
      long stride = window.strides().get(i);
      long reach = (kernel.get(i) - 1) * window.dilations().get(i) + 1;
      long begin = window.padsBegin().get(i);
      long end = window.padsEnd().get(i);
      if (autoPad != AutoPad.NONE) {
        long total = Math.max(0, (Math.ceilDiv(input, stride) - 1) * stride + reach - input);
        begin = autoPad == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
        end = total - begin;
      }
      begins.add(begin);
      ends.add(end);
      outputs.add(extent(input + begin, end, reach, stride));
    }
    return new PoolGeometry(
        x.dim(0),
        x.dim(1),
        QAveragePool.spatial(x),
        kernel,
        window.strides(),
        window.dilations(),
        begins,
        ends,
        outputs);
  }

  private long extent(long inputAndBegin, long end, long reach, long stride) {
    long room = inputAndBegin + end - reach;
    if (room < 0) {
      return 0;
    }
    long count = (ceilMode ? Math.ceilDiv(room, stride) : room / stride) + 1;
    return ceilMode && (count - 1) * stride >= inputAndBegin ? count - 1 : count;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (x.dtype() == DType.BOOL || function != PoolFunction.MAX && !x.dtype().isFloat()) {
      throw new IllegalArgumentException("x is " + x + ", which " + function + " cannot pool");
    }
    if (function != PoolFunction.MAX && context.outputCount() > 1) {
      throw new IllegalArgumentException("only MAX has a second output, the indices of the maxima");
    }
    List<Long> output = geometry(x.shape()).output();
    Shape y = x.shape();
    for (int i = 0; i < output.size(); i++) {
      y = y.with(i + 2, output.get(i));
    }
    TensorType first = new TensorType(x.dtype(), y);
    return context.outputCount() > 1
        ? List.of(first, new TensorType(DType.I64, y))
        : List.of(first);
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    return new PoolProblem(
        function, x.dtype(), geometry(x.shape()), countPadding, p, outputs.size() > 1, columnMajor);
  }
}
