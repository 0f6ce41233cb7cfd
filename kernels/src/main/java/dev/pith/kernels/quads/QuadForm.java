package dev.pith.kernels.quads;

import dev.pith.kernels.x86.X86Isa;
import java.util.List;

/** How generated code multiplies quads, always exactly. */
enum QuadForm {
  /** {@code vpdpbusd} on bytes, 512 bits. */
  DOT_512(X86Isa.AVX512_VNNI, 512),
  /** {@code vpdpbusd} on bytes, 256 bits. */
  DOT_256(X86Isa.AVX_VNNI, 256),
  /**
   * {@code vpmaddubsw} on bytes of two blocks at a time, whose 16-bit sums are added before they
   * are widened. Weights are listed so that these sums cannot saturate ({@link QuadPairs}).
   */
  PAIRS(X86Isa.AVX2, 256),
  /**
   * {@code vpmaddubsw} on bytes of one block at a time, widened at once: more instructions than
   * PAIRS, but every block of weights of 7 bits is exact.
   */
  SINGLE(X86Isa.AVX2, 256),
  /** {@code vpmaddwd} on activations widened to 16 bits beforehand. */
  WIDE(X86Isa.AVX2, 256);

  /** Bytes that the second-level cache delivers in a cycle, about. */
  private static final double FAR_BYTES = 16;

  /** Cycles of a mispredicted branch, and of what a list needs whatever its width. */
  private static final double LIST_CYCLES = 25;

  private final X86Isa isa;
  private final int bits;

  QuadForm(X86Isa isa, int bits) {
    this.isa = isa;
    this.bits = bits;
  }

  /** The forms to choose from on a processor whose best instruction set is {@code isa}. */
  static List<QuadForm> of(X86Isa isa) {
    return List.of(values()).stream().filter(form -> form.isa == isa).toList();
  }

  /** Width of vectors. */
  int bits() {
    return bits;
  }

  /** Whether activations are 16-bit integers from which the zero point is taken. */
  boolean isWide() {
    return this == WIDE;
  }

  /** Blocks that are listed together. */
  int blocks() {
    return this == PAIRS ? 2 : 1;
  }

  /** Whether products are sums of 16 bits, which ones widen. */
  boolean isNarrow() {
    return this == PAIRS || this == SINGLE;
  }

  /** How many output channels may share a list. */
  List<Integer> rowChoices() {
    return isa == X86Isa.AVX2 ? List.of(1, 2) : List.of(1, 2, 4);
  }

  /** Vectors of sums that a unit needs for each row. */
  int vectorsPerUnit() {
    return this == DOT_256 || this == WIDE ? 2 : 1;
  }

  /** Pixels of a unit. */
  int unitPixels() {
    return this == WIDE ? 8 : vectorsPerUnit() * bits / 32;
  }

  /** The most units whose sums fit the registers, at most as many as there are addresses. */
  int mostUnits(int rows) {
    return switch (this) {
      case DOT_512, SINGLE -> 4;
      case PAIRS -> 3;
      case DOT_256, WIDE -> rows == 1 ? 4 : rows == 2 ? 3 : 1;
    };
  }

  /**
   * Cycles for one entry of a list and one tile, roughly: what decides about forms and rows.
   *
   * @param far whether activations come from the second-level cache
   */
  double cycles(int rows, int units, boolean far) {
    int sums = units * vectorsPerUnit();
    int products = rows * sums;
    double multiplies =
        switch (this) {
          case PAIRS -> 1.7 * products;
          case SINGLE -> 1.05 * products;
          case DOT_512 -> products;
          case DOT_256, WIDE -> products / 2.0;
        };
    // Widening a weight takes two operations.
    int vector =
        switch (this) {
          case PAIRS -> 5 * products;
          case SINGLE -> 3 * products;
          case WIDE -> 2 * products + 2 * rows;
          case DOT_512, DOT_256 -> products;
        };
    int loads = blocks() * (sums + rows + 1);
    double near = Math.max(multiplies, Math.max(vector / 4.0, (vector + loads + 4) / 6.0));
    return far ? Math.max(near, (double) blocks() * sums * bits / 8 / FAR_BYTES) : near;
  }

  /**
   * Cycles for what begins and ends a list, for one tile, roughly: a branch that is not foreseen,
   * and about eight instructions for each vector of results.
   */
  double listCycles(int rows, int units) {
    return LIST_CYCLES + 2.0 * rows * units * vectorsPerUnit();
  }
}
