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
  private final int panelStep;

  /** Segments of panel p are numbered from firstSegment[p] to firstSegment[p + 1]. */
  private final int[] firstSegment;

  private final int[] position;
  private final int[] target;
  private final int[] length;

  /**
   * @param depth input channels of a group
   * @param width outputs of a panel
   * @param panelStep floats from one panel to the next
   */
  ConvPanels(FloatRows rows, ConvPlanes planes, int depth, int width, int panelStep) {
    this.rows = rows;
    this.planes = planes;
    this.depth = depth;
    this.width = width;
    this.panelStep = panelStep;
    int outputs = planes.outputs();
    int panels = (outputs + width - 1) / width;
    firstSegment = new int[panels + 1];
    int most = panels + planes.runs();
    position = new int[most];
    target = new int[most];
    length = new int[most];
    int count = 0;
    for (int output = 0; output < outputs; ) {
      int inRun = output % planes.runLength();
      position[count] = planes.runStart(output / planes.runLength()) + inRun;
      target[count] = output / width * panelStep + output % width;
      int room = Math.min(width - output % width, planes.runLength() - inRun);
      length[count] = Math.min(room, outputs - output);
      output += length[count++];
      firstSegment[(output + width - 1) / width] = count;
    }
  }

  /**
   * Packs columns {@code k} to {@code k + count} of some panels, the first to {@code s[to…]}. Row
   * by row over all panels: inputs of neighbouring outputs are neighbours in memory.
   *
   * @param x planes of floats
   * @param plane number of the group's first plane
   */
  void pack(
      MemorySegment x, long plane, int panel, int panels, long k, int count, float[] s, int to) {
    int done = 0;
    long step = planes.planeSize() * 4;
    int base = to - panel * panelStep;
    int from = firstSegment[panel];
    int end = firstSegment[panel + panels];
    while (done < count) {
      int tap = (int) ((k + done) / depth);
      int channel = (int) ((k + done) % depth);
      int run = Math.min(depth - channel, count - done);
      long at = ((plane + channel) * planes.planeSize() + planes.offset(tap)) * 4;
      int out = base + done * width;
      rows.copyPieces(x, at, step, run, position, target, length, from, end, s, out, width);
      done += run;
    }
  }
}
