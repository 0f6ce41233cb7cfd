package dev.pith.kernels.quads;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.ByteRows;
import dev.pith.kernels.tensor.Tensor;
import java.util.Arrays;

/** Looks at the weights of four output channels at a time, in blocks of quads. Not thread-safe. */
final class QuadScan {

  private final Tensor weight;
  private final int depth;
  private final int taps;
  private final int groupRows;
  private final int quads;
  private final ByteRows panel;

  /** Whether the panel's words are blocks as they are. */
  private final boolean isPlain;

  /** For each row the words of all taps and quads; of all groups only what the rows read. */
  private final int[] words;

  private long first;
  private int loaded;

  QuadScan(Tensor weight, ConvGeometry g) {
    this.weight = weight;
    this.depth = Math.toIntExact(g.inputChannels() / g.groups());
    this.taps = Math.toIntExact(g.taps());
    this.groupRows = Math.toIntExact(g.outputChannels() / g.groups());
    this.quads = Math.toIntExact((g.inputChannels() + 3) / 4);
    this.panel = new ByteRows(4, Math.toIntExact(weight.columns()));
    this.isPlain = g.groups() == 1 && depth % 4 == 0;
    this.words = isPlain ? panel.words() : new int[4 * taps * quads];
  }

  /** Taps of the kernel. */
  int taps() {
    return taps;
  }

  /** Quads of input channels. */
  int quads() {
    return quads;
  }

  /** Takes up to four rows from {@code row} on. */
  void load(long row) {
    first = row;
    loaded = (int) Math.min(4, weight.rows() - row);
    panel.load(weight, first, first + loaded);
    if (isPlain) {
      Arrays.fill(words, loaded * taps * quads, 4 * taps * quads, 0);
      return;
    }
    int end = Math.max(endQuad(0), endQuad(loaded - 1));
    for (int r = 0; r < 4; r++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int quad = firstQuad(0); quad < end; quad++) {
          words[(r * taps + tap) * quads + quad] = word(r, tap, quad);
        }
      }
    }
  }

  /**
   * Four weights of each row, tap and quad: those of row r, tap t and quad q are at {@code (r ·
   * taps + t) · quads + q}. Only quads that {@link #firstQuad} and {@link #endQuad} of rows with
   * weights name mean anything.
   */
  int[] words() {
    return words;
  }

  private int firstChannel(int row) {
    return row >= loaded ? 0 : (int) ((first + row) / groupRows) * depth;
  }

  /** The first quad that a row, and any after it, reads. */
  int firstQuad(int row) {
    return firstChannel(row) / 4;
  }

  /** The quad behind the last one that a row reads. */
  int endQuad(int row) {
    return row >= loaded ? 0 : (firstChannel(row) + depth + 3) / 4;
  }

  private int word(int row, int tap, int quad) {
    if (row >= loaded) {
      return 0;
    }
    int channel = 4 * quad - firstChannel(row);
    int at = tap * depth + channel;
    if (channel >= 0 && channel + 4 <= depth) {
      return panel.word(row, at);
    }
    int word = 0;
    for (int c = Math.max(0, -channel); c < Math.min(4, depth - channel); c++) {
      word |= (panel.word(row, at + c) & 255) << 8 * c;
    }
    return word;
  }
}
