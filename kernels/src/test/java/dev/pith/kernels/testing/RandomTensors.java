package dev.pith.kernels.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Random;

/** Tensors of random elements, the same for the same seed. */
public final class RandomTensors {

  private final Random random;

  public RandomTensors(long seed) {
    this.random = new Random(seed);
  }

  /** Bytes over the whole range, extremes more often than chance has them. */
  public Tensor bytes(DType dtype, long... dims) {
    return bytes(dtype, 0, dims);
  }

  /** Bytes of which {@code sparsity} are zero. */
  public Tensor bytes(DType dtype, double sparsity, long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, Shape.of(dims));
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      int value =
          switch (random.nextInt(8)) {
            case 0 -> 127;
            case 1 -> -128;
            case 2 -> -1;
            default -> random.nextInt(256);
          };
      boolean zero = random.nextDouble() < sparsity;
      tensor.values().set(JAVA_BYTE, i, (byte) (zero ? 0 : value));
    }
    return tensor;
  }

  /** Floats of a normal distribution. */
  public Tensor floats(double mean, double deviation, long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(dims));
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      tensor.values().set(Elements.F32, i * 4, (float) random.nextGaussian(mean, deviation));
    }
    return tensor;
  }

  /** Positive floats spread over two orders of magnitude around {@code middle}. */
  public Tensor scales(double middle, long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(dims));
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      double scale = middle * Math.pow(10, random.nextDouble() * 2 - 1);
      tensor.values().set(Elements.F32, i * 4, (float) scale);
    }
    return tensor;
  }

  /** Integers from −{@code bound} to {@code bound}. */
  public Tensor ints(int bound, long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.I32, Shape.of(dims));
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      tensor.values().set(Elements.I32, i * 4, random.nextInt(-bound, bound + 1));
    }
    return tensor;
  }
}
