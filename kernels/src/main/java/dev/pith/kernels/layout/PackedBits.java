package dev.pith.kernels.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Fields of 1 to 8 bits packed without gaps, the first in the lowest bits. */
final class PackedBits {

  private PackedBits() {}

  /** Bytes of {@code count} fields. */
  static long byteSize(long count, int bits) {
    return (Math.multiplyExact(count, bits) + 7) / 8;
  }

  /** The field that begins at bit {@code bit}. */
  static int get(MemorySegment bytes, long bit, int bits) {
    long at = bit >> 3;
    int shift = (int) bit & 7;
    int field = bytes.get(JAVA_BYTE, at) & 255;
    if (shift + bits > 8) {
      field |= (bytes.get(JAVA_BYTE, at + 1) & 255) << 8;
    }
    return field >> shift & (1 << bits) - 1;
  }

  /** Sets the field that begins at bit {@code bit}, which was 0. */
  static void set(MemorySegment bytes, long bit, int bits, int value) {
    long at = bit >> 3;
    int field = value << (bit & 7);
    bytes.set(JAVA_BYTE, at, (byte) (bytes.get(JAVA_BYTE, at) | field));
    if ((bit & 7) + bits > 8) {
      bytes.set(JAVA_BYTE, at + 1, (byte) (bytes.get(JAVA_BYTE, at + 1) | field >> 8));
    }
  }
}
