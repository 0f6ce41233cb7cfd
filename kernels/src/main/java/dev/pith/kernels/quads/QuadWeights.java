package dev.pith.kernels.quads;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Weights of a convolution of any layout as lists of blocks: for each list of {@code rows} output
 * channels the blocks of four input channels of one tap that hold a weight other than zero. Groups
 * of the convolution are nothing but a pattern of zeros: quads are those of the whole input, so
 * that groups need not be multiples of four channels. Output channels are filled up to whole quads
 * with rows that have no blocks.
 *
 * <p>Lists have entries of {@link QuadForm#blocks} blocks. One segment: I64 number of entries;
 * starts (I32, one for each list and one more), offsets (I32, one for each block of each entry),
 * weights (for each entry and row four I8 for each block).
 *
 * @param form how entries are multiplied
 * @param rows output channels that share a list: 1, 2 or 4
 * @param quads quads of output channels
 */
record QuadWeights(QuadForm form, int rows, int quads) {

  /** Where a block's activations lie. */
  @FunctionalInterface
  interface Offsets {
    long of(int tap, int quad);
  }

  /** Takes entries of a list: places count taps and quads, words go row by row. */
  @FunctionalInterface
  private interface Entries {
    void add(int[] places, int[] words);
  }

  /** Quads of output channels that are looked at before a form is chosen. */
  private static final int SAMPLE = 4;

  private static final int STARTS = 8;

  /** Entries of one quad of output channels, while they are counted. */
  private static final class Counter implements Entries {
    long count;

    @Override
    public void add(int[] places, int[] words) {
      count++;
    }
  }

  /** Some quads of output channels of a layer, decoded once for all forms that are compared. */
  static final class Sample {
    private final List<QuadScan> scans = new ArrayList<>();

    /**
     * @param weight I8 matrix of any layout
     * @param quads quads of output channels
     */
    Sample(Tensor weight, ConvGeometry g, int quads) {
      int step = Math.max(1, quads / SAMPLE);
      for (int quad = 0; quad < quads; quad += step) {
        QuadScan scan = new QuadScan(weight, g);
        scan.load(4L * quad);
        scans.add(scan);
      }
    }
  }

  /** Entries of all lists, about: as many as the sample has, taken for all. */
  double entries(Sample sample) {
    Counter counter = new Counter();
    for (QuadScan scan : sample.scans) {
      for (int row = 0; row < 4; row += rows) {
        list(scan, row, counter);
      }
    }
    return (double) counter.count * quads / sample.scans.size();
  }

  private void list(QuadScan scan, int row, Entries entries) {
    int[] block = new int[rows];
    int[] rest = new int[rows];
    int[] place = new int[1];
    QuadPairs pairs = form == QuadForm.PAIRS ? new QuadPairs(rows, entries::add) : null;
    int first = scan.firstQuad(row);
    int end = Math.max(scan.endQuad(row), scan.endQuad(row + rows - 1));
    int[] words = scan.words();
    int stride = scan.taps() * scan.quads();
    for (int tap = 0; tap < scan.taps(); tap++) {
      int at = tap * scan.quads();
      int behind = row * stride + at + end;
      for (int next = nextBlock(words, stride, row * stride + at + first, behind);
          next < behind;
          next = nextBlock(words, stride, next + 1, behind)) {
        for (int r = 0; r < rows; r++) {
          block[r] = words[r * stride + next];
        }
        place[0] = next - row * stride;
        if (pairs != null) {
          pairs.add(place[0], block);
          continue;
        }
        boolean more = form == QuadForm.SINGLE && QuadPairs.split(block, rest);
        entries.add(place, block);
        if (more) {
          entries.add(place, rest);
        }
      }
    }
    if (pairs != null) {
      pairs.finish();
    }
  }

  /** The first place from {@code from} on where one of the rows has a weight; else {@code to}. */
  private int nextBlock(int[] words, int stride, int from, int to) {
    int next = from;
    if (rows == 1) {
      while (next < to && words[next] == 0) {
        next++;
      }
    } else if (rows == 2) {
      while (next < to && (words[next] | words[stride + next]) == 0) {
        next++;
      }
    } else {
      while (next < to
          && (words[next]
                  | words[stride + next]
                  | words[2 * stride + next]
                  | words[3 * stride + next])
              == 0) {
        next++;
      }
    }
    return next;
  }

  /** Lists of a quad of output channels. */
  int listsPerQuad() {
    return 4 / rows;
  }

  /** Lists of all output channels. */
  int lists() {
    return quads * listsPerQuad();
  }

  /** Byte offset of the starts of the lists of a quad of output channels. */
  long startsAt(int quad) {
    return STARTS + 4L * quad * listsPerQuad();
  }

  /** Byte offset of the offsets. */
  long offsetsAt() {
    return STARTS + 4L * (lists() + 1);
  }

  /** Byte offset of the weights of a packed form. */
  long weightsAt(MemorySegment packed) {
    return offsetsAt() + 4 * form.blocks() * packed.get(Elements.I64, 0);
  }

  /** Grows as entries come. */
  private final class Packing implements Entries {
    private final int[] offsets;
    private int[] places = new int[1024];
    private int[] words = new int[1024];
    int count;

    /**
     * @param offsets where the activations of each place lie
     */
    Packing(int[] offsets) {
      this.offsets = offsets;
    }

    @Override
    public void add(int[] newPlaces, int[] newWords) {
      int blocks = form.blocks();
      int size = blocks * rows;
      if ((count + 1) * blocks > places.length) {
        places = Arrays.copyOf(places, 2 * places.length);
      }
      if ((count + 1) * size > words.length) {
        words = Arrays.copyOf(words, 2 * words.length);
      }
      for (int b = 0; b < blocks; b++) {
        places[count * blocks + b] = offsets[newPlaces[b]];
        for (int r = 0; r < rows; r++) {
          // Words of one row lie together.
          words[count * size + r * blocks + b] = newWords[b * rows + r];
        }
      }
      count++;
    }
  }

  /** The lists of {@code weight}. */
  MemorySegment pack(Tensor weight, ConvGeometry g, Offsets offsets, Arena arena) {
    QuadScan scan = new QuadScan(weight, g);
    int[] places = new int[scan.taps() * scan.quads()];
    for (int place = 0; place < places.length; place++) {
      long offset = offsets.of(place / scan.quads(), place % scan.quads());
      places[place] = Math.toIntExact(offset);
    }
    Packing packing = new Packing(places);
    int[] starts = new int[lists() + 1];
    int list = 0;
    for (int quad = 0; quad < quads; quad++) {
      scan.load(4L * quad);
      for (int row = 0; row < 4; row += rows) {
        starts[list++] = packing.count;
        list(scan, row, packing);
      }
    }
    starts[list] = packing.count;
    int blocks = packing.count * form.blocks();
    long bytes = offsetsAt() + 4L * blocks + 4L * blocks * rows;
    MemorySegment packed = arena.allocate(bytes, 64);
    packed.set(Elements.I64, 0, packing.count);
    MemorySegment.copy(starts, 0, packed, Elements.I32, STARTS, starts.length);
    MemorySegment.copy(packing.places, 0, packed, Elements.I32, offsetsAt(), blocks);
    MemorySegment.copy(packing.words, 0, packed, Elements.I32, weightsAt(packed), blocks * rows);
    return packed;
  }

  /**
   * Where sums begin (I32, a half) and what they are multiplied with (F32), for every output
   * channel of every quad; channels that are not there have 0 of both.
   *
   * @param scale F32 for each row
   * @param bias I32 for each row, or {@code null}
   * @param zero what is taken from each activation: 0 where it is taken already
   */
  MemorySegment packStarts(Tensor weight, Tensor scale, Tensor bias, int zero, Arena arena) {
    long half = 16L * quads;
    MemorySegment packed = arena.allocate(2 * half, 64);
    int columns = Math.toIntExact(weight.columns());
    byte[] decoded = new byte[4 * Math.max(1, columns)];
    for (long i = 0; i < weight.rows(); i++) {
      int start = bias == null ? 0 : (int) bias.getLong(i);
      if (zero != 0) {
        if (i % 4 == 0) {
          long end = Math.min(weight.rows(), i + 4);
          weight.layout().decodeRows(weight, i, end, MemorySegment.ofArray(decoded));
        }
        int sum = 0;
        int first = (int) (i % 4) * columns;
        for (int k = first; k < first + columns; k++) {
          sum += decoded[k];
        }
        start -= zero * sum;
      }
      packed.set(Elements.I32, 4 * i, start);
      packed.set(Elements.F32, half + 4 * i, (float) scale.getDouble(i));
    }
    return packed;
  }
}
