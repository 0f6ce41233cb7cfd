package dev.pith.compress.train;

import dev.pith.compress.train.ops.TorchTensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** Comparisons of extents. */
final class Shapes {

  private Shapes() {}

  /** Whether two tensors have the same extents. */
  static boolean equal(Tensor a, Tensor b) {
    return Arrays.equals(TorchTensors.dims(a), TorchTensors.dims(b));
  }
}
