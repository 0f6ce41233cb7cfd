package dev.pith.compress.train.ops;

import dev.pith.kernels.resample.ResizeProblem;
import dev.pith.kernels.resample.ResizeTaps;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Pictures made larger or smaller, one axis after the other. */
final class ResampleOps {

  private ResampleOps() {}

  static Tensor resize(TorchCall call) {
    ResizeProblem problem = (ResizeProblem) call.problem();
    Tensor x = call.input(0);
    for (int axis = 0; axis < problem.input().rank(); axis++) {
      if (!problem.isCopied(axis)) {
        x = resize(call, x, new ResizeTaps(problem, axis), axis, problem.output().dimInt(axis));
      }
    }
    return x;
  }

  /** Each element of y as a weighted sum of elements of x along {@code axis}. */
  private static Tensor resize(TorchCall call, Tensor x, ResizeTaps taps, int axis, int extent) {
    long[] alongAxis = new long[Math.toIntExact(x.dim())];
    Arrays.fill(alongAxis, 1);
    alongAxis[axis] = extent;
    Tensor sum = null;
    for (int tap = 0; tap < taps.count(); tap++) {
      long[] places = new long[extent];
      float[] weights = new float[extent];
      for (int i = 0; i < extent; i++) {
        if (taps.isOutside(i)) {
          throw new IllegalArgumentException(
              "node " + call.node().name() + ": points outside of the picture cannot be trained");
        }
        places[i] = taps.index(i, tap);
        weights[i] = taps.weight(i, tap);
      }
      Tensor part = torch.index_select(x, axis, TorchTensors.of(places, extent));
      if (taps.count() > 1) {
        part = torch.mul(part, TorchTensors.of(weights, alongAxis));
      }
      sum = sum == null ? part : torch.add(sum, part);
    }
    return sum;
  }
}
