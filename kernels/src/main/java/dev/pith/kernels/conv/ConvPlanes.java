package dev.pith.kernels.conv;

import dev.pith.kernels.tensor.ByteCopy;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The form of the input in which every convolution is the same loop: for output position p and
 * kernel tap t the input element is at {@code p + offset(t)} of its channel's plane. Elements are
 * bytes or floats.
 *
 * <p>A plane is the padded input, split along each axis by phase: padded coordinate u = i · stride
 * + f is kept at index i of phase f. Output o reads u = o · stride + k · dilation for tap k, that
 * is, index o + (k · dilation) / stride of phase (k · dilation) mod stride: moving on by one output
 * moves on by one element, whatever the stride. Positions run over the rows of a phase: the outputs
 * of a row (a "run") are neighbours, and between two runs there are a few positions without
 * meaning.
 *
 * <p>Where stride is 1 and nothing is padded the input itself has this form and need not be copied.
 * Immutable.
 */
public final class ConvPlanes {

  /** Bytes that may be read behind the last plane. */
  private static final int SLACK = 256;

  /** Floats of a line of the cache, and distances at which floats of many planes collide. */
  private static final int LINE = 16;

  private static final int COLLIDING = 128;

  /** One axis: its extents and the phases that taps read, numbered in the order taps meet them. */
  private static final class Axis {
    final int input;
    final int output;
    final int kernel;
    final int stride;
    final int dilation;
    final int pad;
    final int extent;
    final int[] place;
    final int[] phases;

    Axis(long input, long output, long kernel, long stride, long dilation, long pad) {
      this.input = Math.toIntExact(input);
      this.output = Math.toIntExact(output);
      this.kernel = Math.toIntExact(kernel);
      this.stride = Math.toIntExact(stride);
      this.dilation = Math.toIntExact(dilation);
      this.pad = Math.toIntExact(pad);
      this.extent = this.output + (this.kernel - 1) * this.dilation / this.stride;
      this.place = new int[this.stride];
      Arrays.fill(place, -1);
      int[] met = new int[this.stride];
      int count = 0;
      for (int k = 0; k < this.kernel; k++) {
        int phase = k * this.dilation % this.stride;
        if (place[phase] < 0) {
          place[phase] = count;
          met[count++] = phase;
        }
      }
      this.phases = Arrays.copyOf(met, count);
    }

    boolean isPlain() {
      return extent == input && stride == 1 && pad == 0;
    }

    /**
     * The input coordinate kept at {@code index} of phase number {@code phase}, or −1 for padding.
     */
    int source(int phase, int index) {
      int at = index * stride + phases[phase] - pad;
      return at >= 0 && at < input ? at : -1;
    }
  }

  private final Axis[] axes;
  private final Axis row;
  private final long inputSize;
  private final int phaseSize;
  private final int planeSize;

  /** Elements from one plane to the next. */
  private final int pitch;

  private final long planes;
  private final boolean direct;
  private final int elementBytes;
  private final int[] offsets;

  /**
   * For every stored row of every outer phase: the input it comes from (−1: padding), its place.
   */
  private final int[] rowSource;

  private final int[] rowTarget;

  /** Position at which each run begins, and the first run at or behind each stored row. */
  private final int[] runStart;

  private final int[] runAt;
  private final List<Copies> copies;

  /**
   * @param mayBeDirect whether an input that has the form already may be used as it is; then
   *     nothing may be read behind its end
   * @param elementBytes 1 or 4
   */
  public ConvPlanes(ConvGeometry g, boolean mayBeDirect, int elementBytes) {
    this.elementBytes = elementBytes;
    boolean flat = g.isPointwise();
    axes = new Axis[flat ? 1 : g.axes()];
    boolean plain = true;
    int bytes = 1;
    int phases = 1;
    for (int i = 0; i < axes.length; i++) {
      axes[i] =
          flat
              ? new Axis(g.inputPixels(), g.outputPixels(), 1, 1, 1, 0)
              : new Axis(
                  g.input().get(i),
                  g.output(i),
                  g.kernel().get(i),
                  g.strides().get(i),
                  g.dilations().get(i),
                  g.padsBegin().get(i));
      plain &= axes[i].isPlain();
      bytes = Math.multiplyExact(bytes, axes[i].extent);
      phases *= axes[i].phases.length;
    }
    row = axes[axes.length - 1];
    inputSize = g.inputPixels();
    phaseSize = bytes;
    planeSize = Math.multiplyExact(bytes, phases);
    planes = g.batch() * g.inputChannels();
    direct = plain && mayBeDirect;
    pitch = direct ? planeSize : pitch(planeSize, elementBytes);
    offsets = new int[Math.toIntExact(flat ? 1 : g.taps())];
    for (int tap = 0; tap < offsets.length; tap++) {
      offsets[tap] = offsetOf(tap);
    }
    rowSource = new int[planeSize / Math.max(1, row.extent * row.phases.length)];
    rowTarget = new int[rowSource.length];
    for (int i = 0; i < rowSource.length; i++) {
      placeRow(i);
    }
    boolean none = g.outputPixels() == 0;
    runStart = new int[none ? 0 : Math.toIntExact(g.outputPixels() / row.output)];
    runAt = new int[none ? 0 : phaseSize / row.extent + 1];
    placeRuns();
    copies = copies();
  }

  /** Planes of floats lie so that the same place of several is not in the same set of the cache. */
  private static int pitch(int planeSize, int elementBytes) {
    boolean collide = elementBytes == 4 && planeSize > 0 && planeSize % COLLIDING == 0;
    return collide ? Math.addExact(planeSize, LINE) : planeSize;
  }

  private int offsetOf(int tap) {
    int phase = 0;
    int phaseScale = 1;
    int offset = 0;
    int step = 1;
    for (int i = axes.length - 1; i >= 0; i--) {
      Axis axis = axes[i];
      int reach = tap % axis.kernel * axis.dilation;
      tap /= axis.kernel;
      offset += reach / axis.stride * step;
      step *= axis.extent;
      phase += axis.place[reach % axis.stride] * phaseScale;
      phaseScale *= axis.phases.length;
    }
    return phase * phaseSize + offset;
  }

  /** Numbers rows axis by axis from the last but one: index first, then phase. */
  private void placeRow(int number) {
    int source = 0;
    int scale = row.input;
    int index = 0;
    int step = row.extent;
    int phase = 0;
    int phaseScale = row.phases.length;
    int rest = number;
    boolean padding = false;
    for (int i = axes.length - 2; i >= 0; i--) {
      Axis axis = axes[i];
      int at = rest % axis.extent;
      rest /= axis.extent;
      int kept = rest % axis.phases.length;
      rest /= axis.phases.length;
      int from = axis.source(kept, at);
      padding |= from < 0;
      source += from * scale;
      scale *= axis.input;
      index += at * step;
      step *= axis.extent;
      phase += kept * phaseScale;
      phaseScale *= axis.phases.length;
    }
    rowSource[number] = padding ? -1 : source;
    rowTarget[number] = phase * phaseSize + index;
  }

  private void placeRuns() {
    int run = 0;
    for (int stored = 0; stored < runAt.length; stored++) {
      runAt[stored] = run;
      boolean used = stored < runAt.length - 1;
      int rest = stored;
      for (int i = axes.length - 2; i >= 0; i--) {
        used &= rest % axes[i].extent < axes[i].output;
        rest /= axes[i].extent;
      }
      if (used) {
        runStart[run++] = stored * row.extent;
      }
    }
  }

  /** Whether the input is used as it is. */
  public boolean isDirect() {
    return direct;
  }

  /** Bytes of all planes, 0 where the input is used as it is. */
  public long bytes() {
    return direct ? 0 : planes * pitch * elementBytes + SLACK + 63 & -64;
  }

  /** Number of planes: images × channels. */
  public long planes() {
    return planes;
  }

  /** Elements from one plane to the next. */
  public long planeSize() {
    return pitch;
  }

  /** Number of taps. */
  public int taps() {
    return offsets.length;
  }

  /**
   * Offset within a plane, relative to an output's position, of the element tap {@code tap} reads.
   */
  public int offset(int tap) {
    return offsets[tap];
  }

  /** Output positions of a plane, those without meaning included. */
  public int positions() {
    return runStart.length == 0 ? 0 : runStart[runStart.length - 1] + row.output;
  }

  /** Outputs of a plane. */
  public int outputs() {
    return runStart.length * row.output;
  }

  /** Number of runs of a plane; outputs of run r begin at {@code r · runLength()}. */
  public int runs() {
    return runStart.length;
  }

  /** Outputs of a run. */
  public int runLength() {
    return row.output;
  }

  /** Position at which run {@code run} begins. */
  public int runStart(int run) {
    return runStart[run];
  }

  /** The first run that ends behind {@code position}. */
  public int firstRun(int position) {
    int run = runAt[position / row.extent];
    return run < runStart.length && runStart[run] + row.output <= position ? run + 1 : run;
  }

  /**
   * Rows of elements that make up a plane, padding left out: one for each phase of the last axis.
   *
   * @param stride elements between neighbours in the input
   * @param count elements of each row
   * @param source place of each row's first element in its channel of the input
   * @param target place of each row's first element in its plane
   */
  public record Copies(int stride, int count, int[] source, int[] target) {}

  /** All rows that are copied from a channel of the input to its plane. */
  public List<Copies> copies() {
    List<Copies> all = new ArrayList<>();
    for (int phase = 0; phase < row.phases.length; phase++) {
      Copies copies = copies(phase);
      if (copies.count() > 0) {
        all.add(copies);
      }
    }
    return List.copyOf(all);
  }

  private Copies copies(int phase) {
    int first = row.phases[phase] - row.pad;
    int from = first >= 0 ? 0 : (-first + row.stride - 1) / row.stride;
    int last = first >= row.input ? -1 : (row.input - 1 - first) / row.stride;
    int count = Math.min(row.extent - 1, last) - from + 1;
    int[] rows = IntStream.range(0, rowSource.length).filter(i -> rowSource[i] >= 0).toArray();
    int source = first + from * row.stride;
    int target = phase * phaseSize + from;
    return new Copies(
        row.stride,
        count,
        IntStream.of(rows).map(i -> rowSource[i] + source).toArray(),
        IntStream.of(rows).map(i -> rowTarget[i] + target).toArray());
  }

  /**
   * Builds planes {@code from} to {@code to} in {@code target}, from the input {@code x}.
   *
   * @param padding the byte that padding is made of: a zero point, or 0 for floats
   */
  public void build(MemorySegment x, int padding, MemorySegment target, long from, long to) {
    for (long plane = from; plane < Math.min(to, planes); plane++) {
      build(x, plane, padding, target, plane * pitch);
    }
  }

  /** Builds plane {@code plane} at element {@code at} of {@code target}. */
  public void build(MemorySegment x, long plane, int padding, MemorySegment target, long at) {
    target.asSlice(at * elementBytes, (long) planeSize * elementBytes).fill((byte) padding);
    for (Copies rows : copies) {
      for (int i = 0; i < rows.source().length; i++) {
        copyRow(x, plane * inputSize + rows.source()[i], rows, target, at + rows.target()[i]);
      }
    }
  }

  private void copyRow(MemorySegment x, long at, Copies rows, MemorySegment target, long to) {
    int count = rows.count();
    if (rows.stride() == 1) {
      ByteCopy.copy(x, at * elementBytes, target, to * elementBytes, count * elementBytes);
    } else if (elementBytes == 1) {
      ByteCopy.gather(x, at, rows.stride(), target, to, count);
    } else {
      for (int i = 0; i < count; i++) {
        int value = x.get(Elements.I32, 4 * (at + (long) i * rows.stride()));
        target.set(Elements.I32, 4 * (to + i), value);
      }
    }
  }
}
