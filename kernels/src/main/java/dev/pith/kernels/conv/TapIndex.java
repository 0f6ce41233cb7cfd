package dev.pith.kernels.conv;

import java.util.List;

/**
 * Which input pixel a kernel tap reads for an output pixel; pixels and taps are numbered row-major.
 * The slow, general path of reference kernels. Immutable.
 */
public final class TapIndex {

  private final long[] input;
  private final long[] output;
  private final long[] kernel;
  private final long[] stride;
  private final long[] dilation;
  private final long[] pad;

  /** Windows with the given extents, one entry for each spatial axis. */
  public TapIndex(
      List<Long> input,
      long[] output,
      List<Long> kernel,
      List<Long> strides,
      List<Long> dilations,
      List<Long> padsBegin) {
    this.input = longs(input);
    this.output = output;
    this.kernel = longs(kernel);
    this.stride = longs(strides);
    this.dilation = longs(dilations);
    this.pad = longs(padsBegin);
  }

  /** The windows of a convolution. */
  public static TapIndex of(ConvGeometry geometry) {
    long[] output = new long[geometry.axes()];
    for (int i = 0; i < output.length; i++) {
      output[i] = geometry.output(i);
    }
    return new TapIndex(
        geometry.input(),
        output,
        geometry.kernel(),
        geometry.strides(),
        geometry.dilations(),
        geometry.padsBegin());
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /** The input pixel, or −1 where the tap lies in the padding. */
  public long inputPixel(long outputPixel, long tap) {
    long pixel = 0;
    long size = 1;
    for (int d = input.length - 1; d >= 0; d--) {
      long at = outputPixel % output[d] * stride[d] + tap % kernel[d] * dilation[d] - pad[d];
      if (at < 0 || at >= input[d]) {
        return -1;
      }
      outputPixel /= output[d];
      tap /= kernel[d];
      pixel += at * size;
      size *= input[d];
    }
    return pixel;
  }

  /** The output pixel whose tap {@code tap} reads {@code inputPixel}, or −1 where there is none. */
  public long outputPixel(long inputPixel, long tap) {
    long pixel = 0;
    long size = 1;
    for (int d = input.length - 1; d >= 0; d--) {
      long at = inputPixel % input[d] + pad[d] - tap % kernel[d] * dilation[d];
      if (at < 0 || at % stride[d] != 0 || at / stride[d] >= output[d]) {
        return -1;
      }
      inputPixel /= input[d];
      tap /= kernel[d];
      pixel += at / stride[d] * size;
      size *= output[d];
    }
    return pixel;
  }
}
