package dev.pith.kernels.quantized;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.TapIndex;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** One sum of a convolution of 8-bit integers with any zero points; the slow, general path. */
final class ConvSum {

  private final ConvGeometry geometry;
  private final TapIndex index;
  private final DType input;
  private final DType weight;
  private final long depth;

  ConvSum(ConvGeometry geometry, DType input, DType weight) {
    this.geometry = geometry;
    this.index = TapIndex.of(geometry);
    this.input = input;
    this.weight = weight;
    this.depth = geometry.inputChannels() / geometry.groups();
  }

  /** Sums there are: elements of the output. */
  long count() {
    return geometry.batch() * geometry.outputChannels() * geometry.outputPixels();
  }

  /** The output channel of output element {@code element}. */
  long channel(long element) {
    return element / geometry.outputPixels() % geometry.outputChannels();
  }

  /** Σ (w − zw) · (x − zx) for output element {@code element}, wrapping. */
  int sum(MemorySegment x, int zx, MemorySegment w, int zw, long element) {
    return sum(x, zx, w, zw, channel(element) * geometry.columns(), element);
  }

  /** The same for symmetric weights of which {@code row} holds only those of the output channel. */
  int rowSum(MemorySegment x, int zx, MemorySegment row, long element) {
    return sum(x, zx, row, 0, 0, element);
  }

  private int sum(MemorySegment x, int zx, MemorySegment w, int zw, long first, long element) {
    long pixel = element % geometry.outputPixels();
    long channel = channel(element);
    long image = element / geometry.outputPixels() / geometry.outputChannels();
    long group = channel / (geometry.outputChannels() / geometry.groups());
    long base = (image * geometry.inputChannels() + group * depth) * geometry.inputPixels();
    int sum = 0;
    for (long tap = 0; tap < geometry.taps(); tap++) {
      long at = index.inputPixel(pixel, tap);
      if (at < 0) {
        continue;
      }
      long row = first + tap * depth;
      for (long c = 0; c < depth; c++) {
        int p = (int) Elements.getLong(input, x, base + c * geometry.inputPixels() + at) - zx;
        sum += p * ((int) Elements.getLong(weight, w, row + c) - zw);
      }
    }
    return sum;
  }
}
