package dev.pith.runtime.format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How the bytes of a component are stored. Codes are those of FORMAT.md.
 *
 * @param kind what is done to the bytes
 * @param width bits of a symbol of the entropy coder, 1 to 8; 0 where bytes are stored as they are
 */
record Coding(Kind kind, int width) {

  /** What is done to the bytes. */
  enum Kind {
    /** Nothing. */
    RAW,
    /** Fields of {@code width} bits are entropy coded. */
    RANS,
    /** U32 numbers that never fall: their differences as LEB128 bytes, entropy coded. */
    RISING
  }

  static final Coding RAW = new Coding(Kind.RAW, 0);
  private static final int RISING_CODE = 9;

  /** Below this many bytes the table of a code costs more than it saves. */
  private static final long FEWEST_BYTES = 64;

  boolean isRaw() {
    return kind == Kind.RAW;
  }

  /** The number in files: 0 raw, 1 to 8 the symbol's width, 9 rising. */
  int code() {
    return switch (kind) {
      case RAW -> 0;
      case RANS -> width;
      case RISING -> RISING_CODE;
    };
  }

  /** The coding with the given number, below {@link #codes}. */
  static Coding ofCode(int code) {
    return code == 0
        ? RAW
        : code == RISING_CODE ? new Coding(Kind.RISING, 8) : new Coding(Kind.RANS, code);
  }

  /** One more than the largest code. */
  static int codes() {
    return RISING_CODE + 1;
  }

  /** Bytes as they are stored, and how. */
  record Coded(Coding coding, MemorySegment bytes) {}

  /**
   * The smallest stored form of {@code plain}.
   *
   * @param least the part of the bytes that coding must save: 0 to 1
   */
  static Coded smallest(MemorySegment plain, double least) {
    long size = plain.byteSize();
    if (size < FEWEST_BYTES || size > Integer.MAX_VALUE / 2) {
      return new Coded(RAW, plain);
    }
    Coded best = new Coded(RAW, plain);
    double limit = size * (1 - least);
    MemorySegment rising = RisingNumbers.encode(plain);
    if (rising != null) {
      best = better(best, new Coded(new Coding(Kind.RISING, 8), rising), limit, size);
    }
    int width = 0;
    double bits = limit * 8;
    for (int w = 2; w <= 8; w++) {
      double estimate = Rans.estimateBits(plain, w);
      if (estimate < bits) {
        bits = estimate;
        width = w;
      }
    }
    if (width > 0) {
      MemorySegment bytes = Rans.encode(plain, width);
      best = better(best, new Coded(new Coding(Kind.RANS, width), bytes), limit, size);
    }
    return best;
  }

  private static Coded better(Coded best, Coded other, double limit, long size) {
    long bytes = other.bytes().byteSize();
    boolean fits = bytes < limit && bytes * ModelFormat.MAX_EXPANSION >= size;
    return fits && bytes < best.bytes().byteSize() ? other : best;
  }

  /**
   * The bytes that {@code stored} stands for: room for them, which {@code decoder} will fill. It
   * throws a {@link CorruptModelException} if they are not exactly {@code size}.
   *
   * @param place where they are stored
   * @throws IllegalArgumentException if they cannot be
   */
  MemorySegment decode(
      RansDecoder.Place place, MemorySegment stored, long size, Arena arena, RansDecoder decoder) {
    MemorySegment plain = arena.allocate(Math.max(size, 1), 64).asSlice(0, size);
    switch (kind) {
      case RAW -> plain.copyFrom(stored);
      case RANS -> decoder.add(place, stored, 0, width, plain, () -> {});
      case RISING -> RisingNumbers.decode(place, stored, plain, decoder);
    }
    return plain;
  }
}
