package dev.pith.kernels.conv;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the elements lie that a first tap reads for neighbouring outputs: the records that {@link
 * X86PanelCode} walks along. Immutable.
 */
final class X86PanelRows {

  private static final int LANES = 8;

  private final ConvPlanes planes;
  private final int first;
  private final int vectors;
  private final int runs;
  private final MemorySegment records;

  /** Where each record begins, and one more. */
  private final int[] at;

  /**
   * Records for panels that follow each other.
   *
   * @param first the first output, at the beginning of a panel
   * @param end the output behind the last
   * @param width outputs of a panel, a multiple of eight
   * @param panelBytes bytes from one panel to the next
   * @param span panels from which on panels lie at the beginning again
   */
  X86PanelRows(ConvPlanes planes, int first, int end, int width, long panelBytes, int span) {
    this.planes = planes;
    this.first = first;
    this.runs = mostRuns(planes);
    this.vectors = width > LANES && 2 * runs <= X86PanelCode.MOST_RUNS ? 2 : 1;
    int outputs = vectors * LANES;
    int count = (end - first + width - 1) / width * (width / outputs);
    this.at = new int[count + 1];
    for (int i = 0; i < count; i++) {
      int bytes = isWhole(first + i * outputs) ? 0 : vectors * runs * X86PanelCode.RUN;
      at[i + 1] = at[i] + X86PanelCode.HEAD + bytes;
    }
    this.records = Arena.ofAuto().allocate(Math.max(16, at[count]), 64);
    for (int i = 0; i < count; i++) {
      long target = i * outputs / width % span * panelBytes + 4L * (i * outputs % width);
      MemorySegment record = records.asSlice(at[i], at[i + 1] - at[i]);
      record.set(Elements.I32, 4, Math.toIntExact(target));
      write(first + i * outputs, record);
    }
  }

  /** Runs of neighbours that eight outputs consist of at most. */
  static int mostRuns(ConvPlanes planes) {
    int most = 1;
    for (int first = 0; first < planes.outputs(); first += LANES) {
      int last = Math.min(first + LANES, planes.outputs()) - 1;
      most = Math.max(most, last / planes.runLength() - first / planes.runLength() + 1);
    }
    return most;
  }

  /** Whether the elements of each vector from {@code output} on are neighbours. */
  private boolean isWhole(int output) {
    boolean whole = output + vectors * LANES <= planes.outputs();
    for (int v = 0; v < vectors; v++) {
      int from = output + v * LANES;
      whole &= from / planes.runLength() == (from + LANES - 1) / planes.runLength();
    }
    return whole;
  }

  private int place(int output) {
    return planes.runStart(output / planes.runLength()) + output % planes.runLength();
  }

  private void write(int output, MemorySegment record) {
    boolean whole = isWhole(output);
    record.set(Elements.I32, 0, whole ? 0 : 1);
    for (int v = 0; v < vectors; v++) {
      if (whole) {
        record.set(Elements.I32, 8 + 4L * v, 4 * place(output + v * LANES));
      } else {
        long runsAt = X86PanelCode.HEAD + (long) v * runs * X86PanelCode.RUN;
        writeRuns(output + v * LANES, record.asSlice(runsAt));
      }
    }
  }

  /** Runs that are not there have no lanes. */
  private void writeRuns(int output, MemorySegment at) {
    int length = planes.runLength();
    int last = Math.min(output + LANES, planes.outputs());
    int from = output;
    for (int run = 0; run < runs && from < last; run++) {
      long place = (long) run * X86PanelCode.RUN;
      int end = Math.min(last, (from / length + 1) * length);
      for (int lane = from - output; lane < end - output; lane++) {
        at.set(Elements.I32, place + 4L * lane, -1);
      }
      at.set(Elements.I32, place + X86PanelCode.SOURCE_AT, 4 * (place(from) - (from - output)));
      from = end;
    }
  }

  /** The code that walks along the records. */
  X86PanelCode code() {
    return new X86PanelCode(vectors, runs);
  }

  /** Address of the record of outputs from {@code output} on, a panel's first. */
  long address(int output) {
    return records.address() + at[(output - first) / (vectors * LANES)];
  }

  /** Records of {@code outputs} outputs. */
  int count(int outputs) {
    return outputs / (vectors * LANES);
  }
}
