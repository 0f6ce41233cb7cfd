package dev.pith.compress.train.ops;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Softmax;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Reductions and normalizations along axes. */
final class ReduceOps {

  private ReduceOps() {}

  static Tensor reduce(TorchCall call) {
    Reduce op = call.op(Reduce.class);
    Tensor x = call.input(0);
    long[] axes =
        call.has(1) ? call.longs(1) : op.axes().stream().mapToLong(Long::longValue).toArray();
    if (axes.length == 0) {
      axes = LongStream.range(0, op.noopWithoutAxes() ? 0 : x.dim()).toArray();
    }
    boolean keep = op.keepDims();
    return switch (op.function()) {
      case SUM -> sum(x, axes, keep);
      case MEAN -> axes.length == 0 ? x : torch.mean(x, axes, keep, new ScalarTypeOptional());
      case MAX -> axes.length == 0 ? x : torch.amax(x, axes, keep);
      case MIN -> axes.length == 0 ? x : torch.amin(x, axes, keep);
      case PROD -> product(x, axes, keep);
      case L1 -> sum(torch.abs(x), axes, keep);
      case L2 -> torch.sqrt(sum(torch.mul(x, x), axes, keep));
      case LOG_SUM -> torch.log(sum(x, axes, keep));
      case LOG_SUM_EXP -> axes.length == 0 ? x : torch.logsumexp(x, axes, keep);
      case SUM_SQUARE -> sum(torch.mul(x, x), axes, keep);
    };
  }

  private static Tensor sum(Tensor x, long[] axes, boolean keep) {
    return axes.length == 0 ? x : torch.sum(x, axes, keep, new ScalarTypeOptional());
  }

  private static Tensor product(Tensor x, long[] axes, boolean keep) {
    long rank = x.dim();
    // From the last axis on, so that the numbers of those in front stay.
    long[] order =
        LongStream.of(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray();
    Tensor y = x;
    for (int i = order.length - 1; i >= 0; i--) {
      y = torch.prod(y, order[i], keep, new ScalarTypeOptional());
    }
    return y;
  }

  static Tensor softmax(TorchCall call) {
    Softmax op = call.op(Softmax.class);
    Shape shape = call.output(0);
    int axis = shape.axis(op.axis());
    Tensor x = call.input(0);
    if (op.flattened()) {
      x = x.reshape(shape.elementCount(0, axis), shape.elementCount(axis, shape.rank()));
      axis = 1;
    }
    Tensor y =
        switch (op.function()) {
          case SOFTMAX -> torch.softmax(x, axis);
          case LOG_SOFTMAX -> torch.log_softmax(x, axis);
          case HARDMAX ->
              throw new IllegalArgumentException(
                  "node " + call.node().name() + ": hardmax has no gradient");
        };
    return op.flattened() ? y.reshape(shape.dims()) : y;
  }
}
