package dev.pith.kernels.testing;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random weights of every type and layout. */
public final class Weights {

  private Weights() {}

  /** The elements of a dense tensor, rounded to {@code type}. */
  public static Tensor converted(Tensor tensor, DType type) {
    Tensor result = Tensor.allocate(Arena.ofAuto(), type, tensor.shape());
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      Elements.setDouble(type, result.values(), i, tensor.getDouble(i));
    }
    return result;
  }

  /** Dense weights with about the given deviation; integers with a scale for each channel. */
  public static Tensor random(DType type, double deviation, long... dims) {
    RandomTensors random = new RandomTensors(dims.length);
    if (type != DType.I8) {
      return converted(random.floats(0, deviation, dims), type);
    }
    List<Float> scales = new ArrayList<>();
    for (int i = 0; i < dims[0]; i++) {
      scales.add((float) (deviation / 64 * (1 + 0.01 * i)));
    }
    return random.bytes(DType.I8, dims).withQuantization(Quantization.perChannel(scales));
  }

  /**
   * Weights in {@code layout}, about {@code sparsity} of them zero in the pattern that the layout
   * can hold: blocks of zeros, at most n of m, and few values where there is a codebook.
   */
  public static Tensor encoded(Layout layout, DType type, double sparsity, long... dims) {
    Tensor dense = random(type, 0.5, dims);
    Random chance = new Random(layout.hashCode());
    boolean few = layout.name().startsWith("codebook");
    long columns = dense.columns();
    for (long row = 0; row < dense.rows(); row++) {
      int kept = 0;
      for (long k = 0; k < columns; k++) {
        long at = row * columns + k;
        boolean zero = chance.nextDouble() < sparsity;
        if (layout.name().contains("nm")) {
          // Of every four or eight no more than one stays: what each N:M layout in use holds.
          kept = k % 8 == 0 ? 0 : kept;
          zero |= kept > 0;
          kept += zero ? 0 : 1;
        }
        if (zero) {
          Elements.setDouble(type, dense.values(), at, 0);
        } else if (few) {
          Elements.setDouble(type, dense.values(), at, type == DType.I8 ? 1 + at % 2 : 0.5);
        }
      }
    }
    return layout.encode(dense, Arena.ofAuto());
  }
}
