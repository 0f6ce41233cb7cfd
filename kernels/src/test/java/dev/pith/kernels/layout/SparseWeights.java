package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Random;

/** Random weights that a given layout can hold. */
public final class SparseWeights {

  private SparseWeights() {}

  /**
   * Dense weights of which about {@code sparsity} are zero, some of them −0.0, pruned and clustered
   * as {@code layout} needs them.
   */
  public static Tensor of(Layout layout, DType dtype, double sparsity, long seed, long... dims) {
    Tensor dense = Tensor.allocate(Arena.ofAuto(), dtype, Shape.of(dims));
    Random random = new Random(seed);
    Layout pattern = layout instanceof CodebookLayout codebook ? codebook.pattern() : layout;
    // A value of a codebook is zero, and blocks that are not full need it.
    int distinct = layout instanceof CodebookLayout codebook ? (1 << codebook.bits()) - 1 : 200;
    long columns = dense.columns();
    int[] kept = new int[1];
    for (long i = 0; i < dense.shape().elementCount(); i++) {
      long column = columns == 0 ? 0 : i % columns;
      boolean zero = random.nextDouble() < sparsity;
      if (pattern instanceof NmLayout nm) {
        kept[0] = column % nm.m() == 0 ? 0 : kept[0];
        zero |= kept[0] >= nm.n();
        kept[0] += zero ? 0 : 1;
      }
      double value = zero ? 0 : value(dtype, random.nextInt(Math.min(distinct, 200)));
      set(dense, i, zero && dtype.isFloat() && random.nextBoolean() ? -0.0 : value);
    }
    return dense;
  }

  private static double value(DType dtype, int number) {
    return switch (dtype) {
      case I8 -> number < 127 ? number + 1 : number - 255;
      case U8 -> number + 1;
      default -> (number + 1) * (number % 2 == 0 ? 0.125 : -0.125);
    };
  }

  private static void set(Tensor dense, long i, double value) {
    dev.pith.kernels.tensor.Elements.setDouble(dense.dtype(), dense.values(), i, value);
  }
}
