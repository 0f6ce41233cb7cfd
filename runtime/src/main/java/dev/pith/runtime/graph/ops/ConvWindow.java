package dev.pith.runtime.graph.ops;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.OpContext;
import java.util.List;

/**
 * The attributes convolutions share; one entry per spatial axis.
 *
 * @param strides steps of the window, at least 1
 * @param dilations distances between kernel taps, at least 1
 * @param padsBegin padding before each axis
 * @param padsEnd padding after each axis
 * @param groups groups of channels that see only each other
 */
public record ConvWindow(
    List<Long> strides,
    List<Long> dilations,
    List<Long> padsBegin,
    List<Long> padsEnd,
    long groups) {

  /** The window with stride 1, no dilation and no padding. */
  public static ConvWindow plain(int axes) {
    List<Long> ones = java.util.Collections.nCopies(axes, 1L);
    List<Long> zeros = java.util.Collections.nCopies(axes, 0L);
    return new ConvWindow(ones, ones, zeros, zeros, 1);
  }

  /**
   * Extents of the convolution of {@code x} [N, C, spatial] with {@code weight} [O, kernel, C /
   * groups].
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  ConvGeometry geometry(Shape x, Shape weight) {
    int axes = strides.size();
    if (x.rank() != axes + 2 || weight.rank() != axes + 2) {
      throw new IllegalArgumentException(
          "a convolution over " + axes + " axes cannot take x " + x + " and weight " + weight);
    }
    if (groups < 1 || x.dim(1) != weight.dim(-1) * groups || weight.dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          "x "
              + x
              + " has "
              + x.dim(1)
              + " channels; weight "
              + weight
              + " (O, kernel, C/groups)"
              + " with "
              + groups
              + " groups needs "
              + weight.dim(-1) * groups
              + " and a multiple of the groups as outputs");
    }
    List<Long> input = new java.util.ArrayList<>();
    List<Long> kernel = new java.util.ArrayList<>();
    for (int i = 0; i < axes; i++) {
      input.add(x.dim(i + 2));
      kernel.add(weight.dim(i + 1));
    }
    return new ConvGeometry(
        x.dim(0),
        x.dim(1),
        weight.dim(0),
        groups,
        input,
        kernel,
        strides,
        dilations,
        padsBegin,
        padsEnd);
  }

  /** Layout of the constant input {@code index}; dense where it is computed at run time. */
  static Layout layoutOf(OpContext context, int index) {
    Tensor value = context.value(index);
    return value == null ? Dense.LAYOUT : value.layout();
  }
}
