package dev.pith.kernels.quads;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.ByteRows;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Looks at the weights of four output channels at a time, as lists of blocks of quads. Weights
 * stored in blocks of four columns are listed as they are; others by way of decoded rows. Not
 * thread-safe.
 *
 * <p>A list is what {@link #list} leaves: block i, for i from {@link #first} below {@link #end}, is
 * at place {@code places()[i]}, which counts taps and quads of input channels, and has for each row
 * r of the list the word {@code words()[i * step() + offset() + r]}. Places rise. Blocks may be
 * zero.
 */
final class QuadScan {

  private final Tensor weight;
  private final int depth;
  private final int taps;
  private final int groupRows;
  private final int quads;

  /** Whether the words of a decoded row are blocks as they are. */
  private final boolean isPlain;

  /** Rows of a stored block of four columns; 0 where weights are stored in another way. */
  private final int blockRows;

  /** What {@link #load} was asked for. */
  private long row;

  private int loaded;

  /** Groups of stored blocks in the arrays. */
  private long firstGroup = -1;

  private long endGroup;
  private int[] blockStarts;
  private int[] blockPlaces;
  private int[] blockWords;

  private ByteRows panel;
  private boolean isDecoded;

  /** For each row the words of all taps and quads; of all groups only what the rows read. */
  private int[] dense;

  private int[] densePlaces = {};
  private int[] denseWords = {};

  private int first;
  private int end;
  private int step;
  private int offset;
  private int[] places;
  private int[] words;

  /**
   * @param weight I8 matrix of any layout
   */
  QuadScan(Tensor weight, ConvGeometry g) {
    this.weight = weight;
    this.depth = Math.toIntExact(g.inputChannels() / g.groups());
    this.taps = Math.toIntExact(g.taps());
    this.groupRows = Math.toIntExact(g.outputChannels() / g.groups());
    this.quads = Math.toIntExact((g.inputChannels() + 3) / 4);
    this.isPlain = g.groups() == 1 && depth % 4 == 0;
    this.blockRows =
        isPlain && weight.layout() instanceof BlockLayout blocks && blocks.cols() == 4
            ? blocks.rows()
            : 0;
  }

  /** Output channels. */
  int rows() {
    return Math.toIntExact(weight.rows());
  }

  /** Taps of the kernel. */
  int taps() {
    return taps;
  }

  /** Quads of input channels. */
  int quads() {
    return quads;
  }

  /** Takes the rows of a quad of output channels. */
  void load(int quad) {
    row = 4L * quad;
    loaded = (int) Math.max(0, Math.min(4, weight.rows() - row));
    isDecoded = false;
    if (blockRows > 0 && loaded > 0) {
      loadBlocks(row / blockRows, (row + loaded - 1) / blockRows + 1);
    }
  }

  private void loadBlocks(long from, long to) {
    if (from >= firstGroup && to <= endGroup) {
      return;
    }
    firstGroup = from;
    endGroup = to;
    int groups = (int) (to - from);
    blockStarts = new int[groups + 1];
    MemorySegment.copy(
        weight.component(1), Elements.I32, 4 * from, blockStarts, 0, blockStarts.length);
    int start = blockStarts[0];
    int stop = blockStarts[groups];
    for (int i = 0; i <= groups; i++) {
      blockStarts[i] -= start;
    }
    blockPlaces = ((BlockLayout) weight.layout()).blockColumns(weight, start, stop);
    int size = (stop - start) * blockRows;
    if (blockWords == null || blockWords.length < size) {
      blockWords = new int[size + size / 4];
    }
    MemorySegment.copy(weight.values(), Elements.I32, 4L * start * blockRows, blockWords, 0, size);
  }

  /**
   * Lists the blocks of {@code count} neighbouring rows.
   *
   * @param from the first of them, of the four loaded: a multiple of {@code count}
   * @param count 1, 2 or 4
   */
  void list(int from, int count) {
    if (from >= loaded) {
      first = 0;
      end = 0;
    } else if (blockRows % count == 0 && blockRows > 0) {
      int group = (int) ((row + from) / blockRows - firstGroup);
      first = blockStarts[group];
      end = blockStarts[group + 1];
      step = blockRows;
      offset = (int) ((row + from) % blockRows);
      places = blockPlaces;
      words = blockWords;
    } else {
      decode();
      listDecoded(from, count);
    }
  }

  /** The list's first block. */
  int first() {
    return first;
  }

  /** Behind the list's last block. */
  int end() {
    return end;
  }

  /** Words from one block to the next. */
  int step() {
    return step;
  }

  /** Words before those of the list's first row. */
  int offset() {
    return offset;
  }

  int[] places() {
    return places;
  }

  int[] words() {
    return words;
  }

  /** Sum of all weights of one of the rows loaded. */
  int sum(int of) {
    int sum = 0;
    list(of, 1);
    for (int i = first; i < end; i++) {
      // Bytes made unsigned, added two by two.
      int word = words[i * step + offset] ^ 0x80808080;
      int pairs = (word & 0x00FF00FF) + (word >>> 8 & 0x00FF00FF);
      sum += (pairs & 0xFFFF) + (pairs >>> 16) - 4 * 128;
    }
    return sum;
  }

  private void decode() {
    if (isDecoded) {
      return;
    }
    isDecoded = true;
    if (panel == null) {
      panel = new ByteRows(4, Math.toIntExact(weight.columns()));
      dense = isPlain ? panel.words() : new int[4 * taps * quads];
    }
    panel.load(weight, row, row + loaded);
    if (isPlain) {
      Arrays.fill(dense, loaded * taps * quads, 4 * taps * quads, 0);
      return;
    }
    int behind = Math.max(endQuad(0), endQuad(loaded - 1));
    for (int r = 0; r < 4; r++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int quad = firstQuad(0); quad < behind; quad++) {
          dense[(r * taps + tap) * quads + quad] = word(r, tap, quad);
        }
      }
    }
  }

  private void listDecoded(int from, int count) {
    int stride = taps * quads;
    if (densePlaces.length < stride || denseWords.length < stride * count) {
      densePlaces = new int[stride];
      denseWords = new int[stride * count];
    }
    int firstQuad = firstQuad(from);
    int endQuad = Math.max(endQuad(from), endQuad(from + count - 1));
    int size = 0;
    for (int tap = 0; tap < taps; tap++) {
      int at = tap * quads;
      size =
          count == 2
              ? copyTwo(from * stride, stride, at + firstQuad, at + endQuad, size)
              : copy(from * stride, stride, at + firstQuad, at + endQuad, size, count);
    }
    first = 0;
    end = size;
    step = count;
    offset = 0;
    places = densePlaces;
    words = denseWords;
  }

  /** {@link #copy} for two rows. */
  private int copyTwo(int base, int stride, int from, int to, int size) {
    int[] rows = dense;
    int[] toPlaces = densePlaces;
    int[] toWords = denseWords;
    int next = size;
    for (int place = from; place < to; place++) {
      int a = rows[base + place];
      int b = rows[base + stride + place];
      if ((a | b) != 0) {
        toPlaces[next] = place;
        toWords[2 * next] = a;
        toWords[2 * next + 1] = b;
        next++;
      }
    }
    return next;
  }

  /** Lists blocks from places {@code from} to {@code to} that are not zero; returns how many. */
  private int copy(int base, int stride, int from, int to, int size, int count) {
    int next = size;
    for (int place = from; place < to; place++) {
      int any = 0;
      for (int r = 0; r < count; r++) {
        int word = dense[base + r * stride + place];
        denseWords[next * count + r] = word;
        any |= word;
      }
      if (any != 0) {
        densePlaces[next++] = place;
      }
    }
    return next;
  }

  private int firstChannel(int of) {
    return of >= loaded ? 0 : (int) ((row + of) / groupRows) * depth;
  }

  /** The first quad that a row, and any after it, reads. */
  private int firstQuad(int of) {
    return firstChannel(of) / 4;
  }

  /** The quad behind the last one that a row reads. */
  private int endQuad(int of) {
    return of >= loaded ? 0 : (firstChannel(of) + depth + 3) / 4;
  }

  private int word(int of, int tap, int quad) {
    if (of >= loaded) {
      return 0;
    }
    int channel = 4 * quad - firstChannel(of);
    int at = tap * depth + channel;
    if (channel >= 0 && channel + 4 <= depth) {
      return panel.word(of, at);
    }
    int word = 0;
    for (int c = Math.max(0, -channel); c < Math.min(4, depth - channel); c++) {
      word |= (panel.word(of, at + c) & 255) << 8 * c;
    }
    return word;
  }
}
