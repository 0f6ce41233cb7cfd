package dev.pith.kernels.quads;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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

  /** Quads of output channels that are looked at before a form is chosen. */
  private static final int SAMPLE = 4;

  private static final int STARTS = 8;

  /** Some quads of output channels of a layer, by which forms are compared. */
  static final class Sample {
    private final QuadScan scan;
    private final int quads;
    private final int step;
    private final int[] places;

    /**
     * @param scan the weights
     * @param quads quads of output channels
     */
    Sample(QuadScan scan, int quads) {
      this.scan = scan;
      this.quads = quads;
      this.step = Math.max(1, quads / SAMPLE);
      this.places = new int[scan.taps() * scan.quads()];
    }

    /** Entries of all lists, about: as many as the sample has, taken for all. */
    double entries(QuadWeights weights) {
      QuadEntries entries = weights.entries(places, 0);
      long count = 0;
      int looked = 0;
      for (int quad = 0; quad < quads; quad += step) {
        scan.load(quad);
        for (int row = 0; row < 4; row += weights.rows) {
          weights.list(scan, row, entries);
        }
        count += entries.count();
        entries.clear();
        looked++;
      }
      return (double) count * quads / looked;
    }
  }

  private QuadEntries entries(int[] offsets, int expected) {
    return new QuadEntries(form.blocks(), rows, offsets, expected);
  }

  /** Adds the list that begins at one of the four rows loaded. */
  private void list(QuadScan scan, int row, QuadEntries entries) {
    scan.list(row, rows);
    // A block may become two.
    entries.reserve(2 * (scan.end() - scan.first()));
    if (form.isNarrow()) {
      listNarrow(scan, entries);
    } else {
      int[] words = scan.words();
      for (int i = scan.first(); i < scan.end(); i++) {
        int at = i * scan.step() + scan.offset();
        int any = 0;
        for (int r = 0; r < rows; r++) {
          any |= words[at + r];
        }
        if (any != 0) {
          entries.add(scan.places()[i], words, at);
        }
      }
    }
  }

  /** Blocks of one or two rows for products of bytes, none of whose sums may saturate. */
  private void listNarrow(QuadScan scan, QuadEntries entries) {
    QuadPairs pairs = form == QuadForm.PAIRS ? new QuadPairs(entries) : null;
    int[] words = scan.words();
    int[] places = scan.places();
    int end = scan.end();
    int step = scan.step();
    int at = scan.first() * step + scan.offset();
    for (int i = scan.first(); i < end; i++, at += step) {
      long block = words[at] & 0xFFFFFFFFL;
      if (rows == 2) {
        block |= (long) words[at + 1] << 32;
      }
      if (block == 0) {
        continue;
      }
      if (pairs != null) {
        pairs.add(places[i], block);
        continue;
      }
      long kept = QuadPairs.kept(block);
      entries.add(places[i], kept);
      if (kept != block) {
        entries.add(places[i], QuadPairs.minus(block, kept));
      }
    }
    if (pairs != null) {
      pairs.finish();
    }
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

  /**
   * The lists of a layer.
   *
   * @param scan the weights
   * @param expected entries, about
   */
  MemorySegment pack(QuadScan scan, Offsets offsets, double expected, Arena arena) {
    int[] places = new int[scan.taps() * scan.quads()];
    for (int place = 0; place < places.length; place++) {
      long offset = offsets.of(place / scan.quads(), place % scan.quads());
      places[place] = Math.toIntExact(offset);
    }
    QuadEntries entries = entries(places, (int) (1.1 * expected));
    int[] starts = new int[lists() + 1];
    int list = 0;
    for (int quad = 0; quad < quads; quad++) {
      scan.load(quad);
      for (int row = 0; row < 4; row += rows) {
        starts[list++] = entries.count();
        list(scan, row, entries);
      }
    }
    starts[list] = entries.count();
    int blocks = entries.count() * form.blocks();
    long bytes = offsetsAt() + 4L * blocks + 4L * blocks * rows;
    MemorySegment packed = arena.allocate(bytes, 64);
    packed.set(Elements.I64, 0, entries.count());
    MemorySegment.copy(starts, 0, packed, Elements.I32, STARTS, starts.length);
    MemorySegment.copy(entries.places(), 0, packed, Elements.I32, offsetsAt(), blocks);
    MemorySegment.copy(entries.words(), 0, packed, Elements.I32, weightsAt(packed), blocks * rows);
    return packed;
  }

  /**
   * Where sums begin (I32, a half) and what they are multiplied with (F32), for every output
   * channel of every quad; channels that are not there have 0 of both.
   *
   * @param scan the weights
   * @param scale F32 for each row
   * @param bias I32 for each row, or {@code null}
   * @param zero what is taken from each activation: 0 where it is taken already
   */
  MemorySegment packStarts(QuadScan scan, Tensor scale, Tensor bias, int zero, Arena arena) {
    long half = 16L * quads;
    MemorySegment packed = arena.allocate(2 * half, 64);
    for (int i = 0; i < scan.rows(); i++) {
      int start = bias == null ? 0 : (int) bias.getLong(i);
      if (zero != 0) {
        if (i % 4 == 0) {
          scan.load(i / 4);
        }
        start -= zero * scan.sum(i % 4);
      }
      packed.set(Elements.I32, 4L * i, start);
      packed.set(Elements.F32, half + 4L * i, (float) scale.getDouble(i));
    }
    return packed;
  }
}
