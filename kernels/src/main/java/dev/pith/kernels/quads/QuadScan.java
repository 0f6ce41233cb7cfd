package dev.pith.kernels.quads;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.ByteRows;
import dev.pith.kernels.tensor.Tensor;

/** Looks at the weights of four output channels at a time, in blocks of quads. Not thread-safe. */
final class QuadScan {

  private final Tensor weight;
  private final int depth;
  private final int taps;
  private final int groupRows;
  private final int quads;
  private final ByteRows panel;
  private long first;
  private int loaded;

  QuadScan(Tensor weight, ConvGeometry g) {
    this.weight = weight;
    this.depth = Math.toIntExact(g.inputChannels() / g.groups());
    this.taps = Math.toIntExact(g.taps());
    this.groupRows = Math.toIntExact(g.outputChannels() / g.groups());
    this.quads = Math.toIntExact((g.inputChannels() + 3) / 4);
    this.panel = new ByteRows(4, Math.toIntExact(weight.columns()));
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

  /** Four weights of row {@code row}. */
  int word(int row, int tap, int quad) {
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
