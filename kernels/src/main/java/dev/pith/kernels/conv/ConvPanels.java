package dev.pith.kernels.conv;

import dev.pith.kernels.matmul.FloatRows;
import java.lang.foreign.MemorySegment;

/**
 * Packs outputs of a convolution into panels: row k of a panel holds, for each of its outputs, the
 * input that column k of the weights meets.
 *
 * <p>Outputs are numbered row-major without gaps, while their positions in {@link ConvPlanes} have
 * gaps between runs; so a panel is cut into segments of neighbouring positions, which are the same
 * for every column. Immutable.
 */
final class ConvPanels {

  private final FloatRows rows;
  private final ConvPlanes planes;
  private final int depth;
  private final int width;

  /** Segments of panel p are numbered from firstSegment[p] to firstSegment[p + 1]. */
  private final int[] firstSegment;

  private final int[] position;
  private final int[] column;
  private final int[] length;

  /**
   * @param depth input channels of a group
   * @param width outputs of a panel
   */
  ConvPanels(FloatRows rows, ConvPlanes planes, int depth, int width) {
    this.rows = rows;
    this.planes = planes;
    this.depth = depth;
    this.width = width;
    int outputs = planes.outputs();
    int panels = (outputs + width - 1) / width;
    firstSegment = new int[panels + 1];
    int most = panels + planes.runs();
    position = new int[most];
    column = new int[most];
    length = new int[most];
    int count = 0;
    for (int output = 0; output < outputs; ) {
      int inRun = output % planes.runLength();
      position[count] = planes.runStart(output / planes.runLength()) + inRun;
      column[count] = output % width;
      int room = Math.min(width - output % width, planes.runLength() - inRun);
      length[count] = Math.min(room, outputs - output);
      output += length[count++];
      firstSegment[(output + width - 1) / width] = count;
    }
  }

  /**
   * Packs columns {@code k} to {@code k + count} of panel {@code panel} to {@code s[to…]}.
   *
   * @param x planes of floats
   * @param plane number of the group's first plane
   */
  void pack(MemorySegment x, long plane, int panel, long k, int count, float[] s, int to) {
    int done = 0;
    long step = planes.planeSize() * 4;
    while (done < count) {
      int tap = (int) ((k + done) / depth);
      int channel = (int) ((k + done) % depth);
      int run = Math.min(depth - channel, count - done);
      long base = (plane + channel) * planes.planeSize() + planes.offset(tap);
      for (int i = firstSegment[panel]; i < firstSegment[panel + 1]; i++) {
        long at = (base + position[i]) * 4;
        rows.copy(x, at, step, run, length[i], s, to + done * width + column[i], width);
      }
      done += run;
    }
  }
}
