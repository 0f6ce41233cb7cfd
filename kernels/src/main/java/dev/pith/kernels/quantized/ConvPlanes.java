package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * The form of the input in which every convolution is the same loop: for output position p and
 * kernel tap t the input byte is at {@code p + tapOffset(t)} of its channel's plane.
 *
 * <p>A plane is the padded input, split along each axis by phase: padded coordinate u = i · stride
 * + f is kept at index i of phase f. Output o reads u = o · stride + k · dilation for tap k, that
 * is, index o + (k · dilation) / stride of phase (k · dilation) mod stride: moving on by one output
 * moves on by one byte, whatever the stride. Positions run over the rows of a phase, so that
 * between two rows of outputs there are a few positions without meaning; {@link #nextRun} steps
 * over them.
 *
 * <p>Where stride is 1 and nothing is padded the input itself has this form and is not copied.
 * Immutable.
 */
final class ConvPlanes {

  /** Bytes that may be read behind the last plane. */
  private static final int SLACK = 256;

  private final int axes;
  private final int[] input;
  private final int[] output;
  private final int[] kernel;
  private final int[] stride;
  private final int[] dilation;
  private final int[] pad;

  /** Indices of each phase along each axis, and bytes between them. */
  private final int[] extent;

  private final int[] step;

  /** Place of each phase among those kept along an axis, or −1 where no tap reads it. */
  private final int[][] place;

  private final int[] phases;
  private final int phaseBytes;
  private final long planeBytes;
  private final long planes;
  private final boolean direct;
  private final int[] tapOffsets;

  ConvPlanes(ConvGeometry geometry) {
    boolean flat = geometry.isPointwise();
    axes = flat ? 1 : geometry.axes();
    input = new int[axes];
    output = new int[axes];
    kernel = new int[axes];
    stride = new int[axes];
    dilation = new int[axes];
    pad = new int[axes];
    extent = new int[axes];
    step = new int[axes];
    place = new int[axes][];
    phases = new int[axes];
    boolean same = true;
    for (int i = 0; i < axes; i++) {
      input[i] = Math.toIntExact(flat ? geometry.inputPixels() : geometry.input().get(i));
      output[i] = Math.toIntExact(flat ? geometry.outputPixels() : geometry.output(i));
      kernel[i] = Math.toIntExact(geometry.kernel().get(i));
      stride[i] = Math.toIntExact(geometry.strides().get(i));
      dilation[i] = Math.toIntExact(geometry.dilations().get(i));
      pad[i] = Math.toIntExact(geometry.padsBegin().get(i));
      extent[i] = output[i] + (kernel[i] - 1) * dilation[i] / stride[i];
      same &= extent[i] == input[i] && stride[i] == 1 && pad[i] == 0;
      place[i] = new int[stride[i]];
      java.util.Arrays.fill(place[i], -1);
      for (int k = 0; k < kernel[i]; k++) {
        int phase = k * dilation[i] % stride[i];
        place[i][phase] = place[i][phase] < 0 ? phases[i]++ : place[i][phase];
      }
    }
    int bytes = 1;
    for (int i = axes - 1; i >= 0; i--) {
      step[i] = bytes;
      bytes = Math.multiplyExact(bytes, extent[i]);
    }
    phaseBytes = bytes;
    for (int count : phases) {
      bytes = Math.multiplyExact(bytes, count);
    }
    planeBytes = bytes;
    planes = geometry.batch() * geometry.inputChannels();
    direct = same;
    tapOffsets = new int[Math.toIntExact(flat ? 1 : geometry.taps())];
    for (int tap = 0; tap < tapOffsets.length; tap++) {
      tapOffsets[tap] = tapOffset(tap);
    }
  }

  private int tapOffset(int tap) {
    int phase = 0;
    int offset = 0;
    int scale = 1;
    for (int i = axes - 1; i >= 0; i--) {
      int k = tap % kernel[i] * dilation[i];
      tap /= kernel[i];
      offset += k / stride[i] * step[i];
      phase += place[i][k % stride[i]] * scale;
      scale *= phases[i];
    }
    return phase * phaseBytes + offset;
  }

  /** Whether the input is used as it is. */
  boolean isDirect() {
    return direct;
  }

  /** Bytes of all planes, 0 where the input is used as it is. */
  long bytes() {
    return direct ? 0 : planes * planeBytes + SLACK + 63 & -64;
  }

  /** Number of planes: images × channels. */
  long planes() {
    return planes;
  }

  /** Bytes from one plane to the next. */
  long planeBytes() {
    return planeBytes;
  }

  /** Offset within a plane, relative to an output's position, of the byte tap {@code tap} reads. */
  int offset(int tap) {
    return tapOffsets[tap];
  }

  /** Output positions of a plane, those without meaning included. */
  int positions() {
    int last = 0;
    for (int i = 0; i < axes; i++) {
      if (output[i] == 0) {
        return 0;
      }
      last += (output[i] - 1) * step[i];
    }
    return last + 1;
  }

  /** Outputs of a plane. */
  int outputs() {
    int count = 1;
    for (int extentOfAxis : output) {
      count *= extentOfAxis;
    }
    return count;
  }

  /** The first position at or behind {@code position} that has a meaning. */
  int nextRun(int position) {
    int at = position;
    for (int i = axes - 1; i > 0; i--) {
      int index = at / step[i] % extent[i];
      if (index >= output[i]) {
        at += (extent[i] - index) * step[i];
        at -= at % (step[i] * extent[i]);
      }
    }
    return at;
  }

  /** Positions with a meaning that follow {@code position}, itself included, without a gap. */
  int runLength(int position) {
    return output[axes - 1] - (axes == 1 ? position : position % extent[axes - 1]);
  }

  /** The index among the outputs of a plane of the output at {@code position}. */
  int outputIndex(int position) {
    int index = 0;
    int scale = 1;
    for (int i = axes - 1; i >= 0; i--) {
      index += position / step[i] % extent[i] * scale;
      scale *= output[i];
    }
    return index;
  }

  /**
   * Builds plane {@code plane}: {@code x} holds its input from {@code base} on.
   *
   * @param zero zero point, the value of padding
   */
  void build(MemorySegment x, long base, int zero, MemorySegment to, long plane) {
    long at = plane * planeBytes;
    to.asSlice(at, planeBytes).fill((byte) zero);
    int rows = 1;
    for (int i = 0; i < axes - 1; i++) {
      rows *= phases[i] * extent[i];
    }
    // Rows are numbered as stored: first the phases of the outer axes, then their indices.
    for (int row = 0; row < rows; row++) {
      buildRow(x, base, to, at, row);
    }
  }

  private void buildRow(MemorySegment x, long base, MemorySegment to, long plane, int row) {
    long from = 0;
    long scale = input[axes - 1];
    int index = 0;
    int phase = 0;
    int phaseScale = phases[axes - 1];
    int rest = row;
    for (int i = axes - 2; i >= 0; i--) {
      int at = rest % extent[i];
      rest /= extent[i];
      int kept = rest % phases[i];
      rest /= phases[i];
      int source = at * stride[i] + phaseOf(i, kept) - pad[i];
      if (source < 0 || source >= input[i]) {
        return;
      }
      from += source * scale;
      scale *= input[i];
      index += at * step[i];
      phase += kept * phaseScale;
      phaseScale *= phases[i];
    }
    for (int kept = 0; kept < phases[axes - 1]; kept++) {
      long target = plane + (long) (phase + kept) * phaseBytes + index;
      copyRow(x, base + from, phaseOf(axes - 1, kept) - pad[axes - 1], to, target);
    }
  }

  private int phaseOf(int axis, int kept) {
    int phase = 0;
    while (place[axis][phase] != kept) {
      phase++;
    }
    return phase;
  }

  /** Copies the bytes at first + i · stride, for every i where that is inside the row. */
  private void copyRow(MemorySegment x, long row, int first, MemorySegment to, long target) {
    int last = axes - 1;
    int by = stride[last];
    int from = first >= 0 ? 0 : (-first + by - 1) / by;
    int end = first >= input[last] ? 0 : Math.min(extent[last], (input[last] - 1 - first) / by + 1);
    int count = end - from;
    if (count <= 0) {
      return;
    }
    long source = row + first + (long) from * by;
    if (by == 1) {
      MemorySegment.copy(x, source, to, target + from, count);
    } else if (by == 2) {
      copyEven(x, source, to, target + from, count);
    } else {
      for (int i = 0; i < count; i++) {
        to.set(JAVA_BYTE, target + from + i, x.get(JAVA_BYTE, source + (long) i * by));
      }
    }
  }

  private static void copyEven(MemorySegment x, long from, MemorySegment to, long at, int count) {
    int i = 0;
    for (; i + 4 <= count && from + 2L * i + 8 <= x.byteSize(); i += 4) {
      long v = x.get(Elements.I64, from + 2L * i) & 0x00FF00FF00FF00FFL;
      v = (v | v >>> 8) & 0x0000FFFF0000FFFFL;
      to.set(Elements.I32, at + i, (int) (v | v >>> 16));
    }
    for (; i < count; i++) {
      to.set(JAVA_BYTE, at + i, x.get(JAVA_BYTE, from + 2L * i));
    }
  }
}
