package dev.pith.kernels.conv;

import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of a plane of two axes, eight at a time, for {@link X86DepthwiseCode}. With stride 1
 * and an output as wide as the input, what neighbouring outputs read are neighbours even over the
 * ends of rows: units take no notice of rows, and the last one ends with the last output. With
 * stride 2 they stay in a row, the last ends with it or, where the row is shorter, is masked.
 * Immutable.
 */
final class DepthwiseUnits {

  static final int LANES = 8;

  private final ConvGeometry g;
  private final int width;
  private final int height;
  private final int outputWidth;
  private final int stride;
  private final X86DepthwiseCode code;
  private final MemorySegment whole;
  private final MemorySegment masked;
  private final int wholeCount;
  private final int maskedCount;

  DepthwiseUnits(ConvGeometry g, Activation.Kind activation) {
    this.g = g;
    this.height = Math.toIntExact(g.input().get(0));
    this.width = Math.toIntExact(g.input().get(1));
    this.outputWidth = Math.toIntExact(g.output(1));
    this.stride = Math.toIntExact(g.strides().get(1));
    List<Integer> taps = new ArrayList<>();
    for (int tap = 0; tap < g.taps(); tap++) {
      taps.add(Math.toIntExact(4 * (down(tap) * width + along(tap))));
    }
    boolean partial = stride == 2 && outputWidth < LANES;
    this.code = new X86DepthwiseCode(List.copyOf(taps), stride, partial, activation);
    List<Integer> first = firsts();
    List<Integer> inside = first.stream().filter(this::isWhole).toList();
    List<Integer> border = first.stream().filter(output -> !isWhole(output)).toList();
    this.wholeCount = inside.size();
    this.maskedCount = border.size();
    Arena arena = Arena.ofAuto();
    this.whole = arena.allocate(Math.max(1, wholeCount) * (long) X86DepthwiseCode.HEAD, 64);
    this.masked = arena.allocate(Math.max(1, maskedCount) * (long) code.maskedBytes(), 64);
    for (int i = 0; i < wholeCount; i++) {
      head(inside.get(i), whole.asSlice((long) i * X86DepthwiseCode.HEAD));
    }
    for (int i = 0; i < maskedCount; i++) {
      MemorySegment unit = masked.asSlice((long) i * code.maskedBytes(), code.maskedBytes());
      head(border.get(i), unit);
      masks(border.get(i), unit);
    }
  }

  /** Why there are no such units, or {@code null}. */
  static String refusal(ConvGeometry g) {
    if (g.axes() != 2) {
      return g.axes() + " axes, not 2";
    }
    long along = g.strides().get(1);
    if (along > 2) {
      return "stride " + along;
    }
    boolean flat = g.strides().get(0) == 1 && g.input().get(1) == g.output(1);
    if (along == 1 && (!flat || g.outputPixels() < LANES)) {
      return "outputs of " + g.output(0) + " by " + g.output(1) + " with stride 1";
    }
    return g.outputPixels() == 0 ? "no outputs" : null;
  }

  /** Rows from the first tap's to that of {@code tap}. */
  private long down(int tap) {
    return tap / g.kernel().get(1) * g.dilations().get(0);
  }

  private long along(int tap) {
    return tap % g.kernel().get(1) * g.dilations().get(1);
  }

  /** The first output of each unit. */
  private List<Integer> firsts() {
    List<Integer> firsts = new ArrayList<>();
    int outputs = Math.toIntExact(g.outputPixels());
    int run = stride == 1 ? outputs : outputWidth;
    for (int start = 0; start < outputs; start += run) {
      for (int at = 0; at < run; at += LANES) {
        firsts.add(start + Math.max(0, Math.min(at, run - LANES)));
      }
    }
    return firsts;
  }

  private long row(int output, int tap) {
    return output / outputWidth * g.strides().get(0) - g.padsBegin().get(0) + down(tap);
  }

  private long column(int output, int tap) {
    return output % outputWidth * (long) stride - g.padsBegin().get(1) + along(tap);
  }

  /** Whether {@code output} reads an element of the image for {@code tap}. */
  private boolean isInside(int output, int tap) {
    long row = row(output, tap);
    long column = column(output, tap);
    return row >= 0 && row < height && column >= 0 && column < width;
  }

  private boolean isWhole(int first) {
    if (stride == 2 && outputWidth < LANES) {
      return false;
    }
    boolean inside = true;
    for (int tap = 0; tap < g.taps(); tap++) {
      for (int lane = 0; lane < LANES; lane++) {
        inside &= isInside(first + lane, tap);
      }
      // With stride 2 the element behind the last one is read, too.
      long place = row(first, tap) * width + column(first, tap);
      inside &= place + (long) stride * LANES <= (long) width * height;
    }
    return inside;
  }

  private void head(int first, MemorySegment unit) {
    long source = row(first, 0) * width + column(first, 0);
    unit.set(Elements.I32, 0, Math.toIntExact(4 * source));
    unit.set(Elements.I32, 4, Math.multiplyExact(4, first));
  }

  private void masks(int first, MemorySegment unit) {
    int end = stride == 1 ? LANES : Math.min(LANES, outputWidth - first % outputWidth);
    for (int tap = 0; tap < g.taps(); tap++) {
      for (int lane = 0; lane < end; lane++) {
        if (isInside(first + lane, tap)) {
          // With stride 2 the masks of both loads follow each other.
          long at = X86DepthwiseCode.HEAD + 4L * stride * ((long) LANES * tap + lane);
          unit.set(Elements.I32, at, -1);
        }
      }
    }
    long store = unit.byteSize() - X86DepthwiseCode.MASK_BYTES;
    for (int lane = 0; lane < end && code.isPartial(); lane++) {
      unit.set(Elements.I32, store + 4L * lane, -1);
    }
  }

  X86DepthwiseCode code() {
    return code;
  }

  /** Fills in where the units are. */
  void begin(MemorySegment args) {
    args.set(Elements.I64, X86DepthwiseCode.Args.WHOLE, whole.address());
    args.set(Elements.I64, X86DepthwiseCode.Args.WHOLE_COUNT, wholeCount);
    args.set(Elements.I64, X86DepthwiseCode.Args.MASKED, masked.address());
    args.set(Elements.I64, X86DepthwiseCode.Args.MASKED_COUNT, maskedCount);
  }
}
