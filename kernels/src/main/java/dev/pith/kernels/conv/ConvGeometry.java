package dev.pith.kernels.conv;

import dev.pith.kernels.tensor.Shape;
import java.util.List;

/**
 * Extents of a convolution. Activations are N, C, spatial axes; weights are O, kernel axes, C /
 * groups: the input channel varies fastest, so that blocks along a weight row hold neighbouring
 * channels of one kernel position.
 *
 * @param batch images
 * @param inputChannels C
 * @param outputChannels O
 * @param groups groups of channels that see only each other; divides C and O
 * @param input spatial extents of the input, 1 to 3 axes
 * @param kernel spatial extents of the kernel
 * @param strides steps of the window, at least 1
 * @param dilations distances between kernel taps, at least 1
 * @param padsBegin padding before each axis
 * @param padsEnd padding after each axis
 * @see WindowLimits
 */
public record ConvGeometry(
    long batch,
    long inputChannels,
    long outputChannels,
    long groups,
    List<Long> input,
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    List<Long> padsBegin,
    List<Long> padsEnd) {

  public ConvGeometry {
    input = List.copyOf(input);
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    dilations = List.copyOf(dilations);
    padsBegin = List.copyOf(padsBegin);
    padsEnd = List.copyOf(padsEnd);
    WindowLimits.check(input, kernel, strides, dilations, padsBegin, padsEnd);
  }

  /**
   * All extents but the batch, as text: what decides where weights meet activations. Packed weights
   * are named by it, so that plans for several batches share them.
   */
  public String layerName() {
    return inputChannels
        + "x"
        + outputChannels
        + "/"
        + groups
        + input
        + kernel
        + strides
        + dilations
        + padsBegin
        + padsEnd;
  }

  /** Number of spatial axes. */
  public int axes() {
    return kernel.size();
  }

  /** Spatial extent {@code axis} of the output. */
  public long output(int axis) {
    long padded = input.get(axis) + padsBegin.get(axis) + padsEnd.get(axis);
    long window = (kernel.get(axis) - 1) * dilations.get(axis) + 1;
    return padded < window ? 0 : (padded - window) / strides.get(axis) + 1;
  }

  /** Product of the output's spatial extents. */
  public long outputPixels() {
    long pixels = 1;
    for (int i = 0; i < axes(); i++) {
      pixels *= output(i);
    }
    return pixels;
  }

  /** Product of the input's spatial extents. */
  public long inputPixels() {
    return input.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Number of kernel positions. */
  public long taps() {
    return kernel.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Columns of the weight matrix: taps × input channels of a group. */
  public long columns() {
    return taps() * (inputChannels / groups);
  }

  /** Whether each group has one input channel and one output channel. */
  public boolean isDepthwise() {
    return groups == inputChannels && groups == outputChannels;
  }

  /** Whether every output pixel reads exactly the input pixel at its own place. */
  public boolean isPointwise() {
    return taps() == 1
        && strides.stream().allMatch(s -> s == 1)
        && padsBegin.stream().allMatch(p -> p == 0)
        && padsEnd.stream().allMatch(p -> p == 0);
  }

  /** Shape of the input: batch, channels, spatial extents. */
  public Shape inputShape() {
    long[] dims = new long[axes() + 2];
    dims[0] = batch;
    dims[1] = inputChannels;
    for (int i = 0; i < axes(); i++) {
      dims[i + 2] = input.get(i);
    }
    return Shape.of(dims);
  }

  /** Shape of the output: batch, channels, spatial extents. */
  public Shape outputShape() {
    long[] dims = new long[axes() + 2];
    dims[0] = batch;
    dims[1] = outputChannels;
    for (int i = 0; i < axes(); i++) {
      dims[i + 2] = output(i);
    }
    return Shape.of(dims);
  }

  /** Multiply-adds of the dense convolution. */
  public long work() {
    return batch * outputChannels * outputPixels() * columns();
  }
}
