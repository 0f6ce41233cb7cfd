package dev.pith.compress.pack;

import dev.pith.kernels.layout.BitmaskLayout;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CodebookLayout;
import dev.pith.kernels.layout.DeltaLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The layout of one weight. A weight whose zeros follow a pattern that kernels know (blocks, N:M)
 * keeps that pattern; other zeros are left out in the way that takes fewest bytes; a weight of few
 * different values becomes codes. Whatever does not save a quarter of the dense bytes stays dense,
 * because its kernels would be slower for nothing.
 */
final class LayoutChoice {

  /** Largest part of the dense bytes that a compressed weight may take. */
  private static final double WORTHWHILE = 0.75;

  /** The same for blocks, whose kernels skip what is left out. */
  private static final double PATTERN_WORTHWHILE = 0.9;

  /** Part of the stored values of a pattern that must not be zero. Rounding makes some zero. */
  private static final double FILLED = 0.7;

  /** Weights below this many elements are not worth codes. */
  private static final long CODEBOOK_WEIGHTS = 1024;

  /** Most different values that codes are tried for. */
  private static final int CODES = 64;

  private static final List<BlockLayout> BLOCKS =
      List.of(
          new BlockLayout(16, 4),
          new BlockLayout(4, 4),
          new BlockLayout(2, 4),
          new BlockLayout(1, 4));

  private static final List<NmLayout> NMS =
      List.of(new NmLayout(1, 4), new NmLayout(2, 4), new NmLayout(4, 8));

  private static final List<Layout> UNSTRUCTURED =
      List.of(new BitmaskLayout(), new DeltaLayout(4), new DeltaLayout(8));

  private final Tensor weight;
  private final int rows;
  private final int columns;
  private final BitSet nonZeros = new BitSet();
  private final Set<Double> distinct = new HashSet<>();

  /** Looks at a dense weight of rank 2 or more. */
  LayoutChoice(Tensor weight) {
    this.weight = weight;
    this.rows = Math.toIntExact(weight.rows());
    this.columns = Math.toIntExact(weight.columns());
    int count = Math.toIntExact(weight.shape().elementCount());
    for (int i = 0; i < count; i++) {
      double value = weight.getDouble(i);
      if (value != 0) {
        nonZeros.set(i);
        if (distinct.size() <= CODES) {
          distinct.add(value);
        }
      }
    }
  }

  /** Number of zeros. */
  long zeros() {
    return weight.shape().elementCount() - nonZeros.cardinality();
  }

  /** The weight in the smallest layout. */
  Tensor encode() {
    return encode(layout -> true);
  }

  /**
   * The weight in the smallest layout that is allowed.
   *
   * @param allowed asked about layouts that leave zeros out; codebooks, which are there for their
   *     size, are not asked about
   */
  Tensor encode(Predicate<Layout> allowed) {
    Layout pattern = pattern();
    List<Layout> candidates = new ArrayList<>();
    candidates.addAll(pattern == null ? UNSTRUCTURED : List.of(pattern));
    if (weight.shape().elementCount() >= CODEBOOK_WEIGHTS && distinct.size() < CODES) {
      List<Layout> plain = List.copyOf(candidates);
      int bits = Math.max(2, 32 - Integer.numberOfLeadingZeros(distinct.size()));
      candidates.add(new CodebookLayout(bits, Dense.LAYOUT));
      plain.forEach(layout -> candidates.add(new CodebookLayout(bits, layout)));
    }
    candidates.removeIf(layout -> !(layout instanceof CodebookLayout) && !allowed.test(layout));
    Layout best = Dense.LAYOUT;
    double least = (pattern == null ? WORTHWHILE : PATTERN_WORTHWHILE) * weight.byteSize();
    for (Layout layout : candidates) {
      long bytes = bytes(layout);
      if (bytes < least) {
        least = bytes;
        best = layout;
      }
    }
    return best instanceof Dense ? weight : best.encode(weight, Arena.ofAuto());
  }

  private long bytes(Layout layout) {
    try (Arena arena = Arena.ofConfined()) {
      return layout.encode(weight, arena).byteSize();
    }
  }

  /** The pattern the zeros follow, or {@code null}; of several block sizes the smallest form. */
  private Layout pattern() {
    double kept = nonZeros.cardinality();
    Layout best = null;
    double least = PATTERN_WORTHWHILE * weight.byteSize();
    for (BlockLayout block : BLOCKS) {
      long stored = storedBlocks(block) * block.rows() * block.cols();
      if (kept > 0 && kept / stored >= FILLED && bytes(block) < least) {
        best = block;
        least = bytes(block);
      }
    }
    if (best != null) {
      return best;
    }
    for (NmLayout nm : NMS) {
      double most = (double) nm.n() / nm.m();
      boolean saves = most < WORTHWHILE && weight.dtype() != DType.BOOL;
      if (saves
          && columns % nm.m() == 0
          && kept / ((double) rows * columns) >= FILLED * most
          && follows(nm)) {
        return nm;
      }
    }
    return null;
  }

  /** Blocks that are not empty; blocks at the edges count whole. */
  private long storedBlocks(BlockLayout block) {
    int across = (columns + block.cols() - 1) / block.cols();
    BitSet seen = new BitSet();
    for (int i = nonZeros.nextSetBit(0); i >= 0; i = nonZeros.nextSetBit(i + 1)) {
      seen.set(i / columns / block.rows() * across + i % columns / block.cols());
    }
    return seen.cardinality();
  }

  private boolean follows(NmLayout nm) {
    for (int from = 0; from < rows * columns; from += nm.m()) {
      if (nonZeros.get(from, from + nm.m()).cardinality() > nm.n()) {
        return false;
      }
    }
    return true;
  }
}
