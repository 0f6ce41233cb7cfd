package dev.pith.compress.train.ops;

import static dev.pith.compress.train.ops.LayerOps.longs;
import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Windows that slide over pictures. */
final class PoolOps {

  private PoolOps() {}

  static Tensor pool(TorchCall call) {
    PoolProblem problem = (PoolProblem) call.problem();
    if (problem.indices()) {
      throw new IllegalArgumentException(
          "node " + call.node().name() + ": indices of maxima have no gradient");
    }
    Tensor x = call.input(0);
    return switch (problem.function()) {
      case MAX -> max(x, problem.geometry());
      case AVERAGE -> average(x, problem);
      case LP -> {
        Tensor powers = torch.pow(torch.abs(x), scalar(problem.p()));
        yield torch.pow(sum(powers, problem.geometry()), scalar(1.0 / problem.p()));
      }
    };
  }

  private static Tensor max(Tensor x, PoolGeometry geometry) {
    long[] kernel = longs(geometry.kernel());
    long[] strides = longs(geometry.strides());
    long[] dilations = longs(geometry.dilations());
    long[] zeros = new long[kernel.length];
    Tensor padded = pad(x, geometry, Double.NEGATIVE_INFINITY);
    return switch (kernel.length) {
      case 1 -> torch.max_pool1d(padded, kernel, strides, zeros, dilations, false);
      case 2 -> torch.max_pool2d(padded, kernel, strides, zeros, dilations, false);
      case 3 -> torch.max_pool3d(padded, kernel, strides, zeros, dilations, false);
      default -> throw new IllegalArgumentException("windows over " + kernel.length + " axes");
    };
  }

  private static Tensor average(Tensor x, PoolProblem problem) {
    PoolGeometry geometry = problem.geometry();
    return torch.div(sum(x, geometry), counts(x, geometry, problem.countPadding()));
  }

  /** The number of cells that count in each window, at least 1; zeros in padding add nothing. */
  static Tensor counts(Tensor x, PoolGeometry geometry, boolean countPadding) {
    long[] dims = TorchTensors.dims(x);
    dims[0] = 1;
    dims[1] = 1;
    Tensor ones = torch.ones(dims);
    if (countPadding) {
      long[] declared = new long[2 * geometry.kernel().size()];
      for (int i = 0; i < geometry.kernel().size(); i++) {
        declared[declared.length - 2 - 2 * i] = geometry.padsBegin().get(i);
        declared[declared.length - 1 - 2 * i] = geometry.padsEnd().get(i);
      }
      ones = torch.constant_pad_nd(ones, declared, scalar(1));
      return windowSums(reached(ones, geometry), geometry);
    }
    // A window that lies wholly in the padding counts no cell; its mean is 0.
    return torch.clamp_min(sum(ones, geometry), scalar(1));
  }

  /** Up to the end of the last window: zeros behind the declared padding, or a part of it. */
  private static Tensor reached(Tensor padded, PoolGeometry geometry) {
    int axes = geometry.kernel().size();
    long[] pads = new long[2 * axes];
    for (int i = 0; i < axes; i++) {
      long declared = geometry.padsBegin().get(i) + geometry.padsEnd().get(i);
      long have = geometry.input().get(i) + declared;
      pads[pads.length - 1 - 2 * i] = reach(geometry, i) - have;
    }
    return torch.constant_pad_nd(padded, pads, scalar(0));
  }

  /** Positions up to the end of the last window, begin padding included. */
  private static long reach(PoolGeometry geometry, int axis) {
    return (geometry.output().get(axis) - 1) * geometry.strides().get(axis)
        + (geometry.kernel().get(axis) - 1) * geometry.dilations().get(axis)
        + 1;
  }

  /** The sum over each window; padding adds nothing. */
  static Tensor sum(Tensor x, PoolGeometry geometry) {
    return windowSums(pad(x, geometry, 0), geometry);
  }

  private static Tensor windowSums(Tensor padded, PoolGeometry geometry) {
    if (geometry.dilations().stream().anyMatch(d -> d != 1)) {
      throw new IllegalArgumentException("averages over dilated windows cannot be trained");
    }
    long[] kernel = longs(geometry.kernel());
    long[] strides = longs(geometry.strides());
    long[] zeros = new long[kernel.length];
    LongOptional one = new LongOptional(1);
    return switch (kernel.length) {
      case 1 ->
          torch.mul(
              torch.avg_pool1d(padded, kernel, strides, zeros, false, true),
              scalar((double) geometry.taps()));
      case 2 -> torch.avg_pool2d(padded, kernel, strides, zeros, false, true, one);
      case 3 -> torch.avg_pool3d(padded, kernel, strides, zeros, false, true, one);
      default -> throw new IllegalArgumentException("windows over " + kernel.length + " axes");
    };
  }

  /** The input with what windows need at its begin and end. */
  private static Tensor pad(Tensor x, PoolGeometry geometry, double value) {
    int axes = geometry.kernel().size();
    long[] pads = new long[2 * axes];
    boolean any = false;
    for (int i = 0; i < axes; i++) {
      long begin = geometry.padsBegin().get(i);
      long end = Math.max(0, reach(geometry, i) - begin - geometry.input().get(i));
      pads[pads.length - 2 - 2 * i] = begin;
      pads[pads.length - 1 - 2 * i] = end;
      any |= begin > 0 || end > 0;
    }
    return any ? torch.constant_pad_nd(x, pads, scalar(value)) : x;
  }
}
