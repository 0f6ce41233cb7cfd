package dev.pith.runtime.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * U32 numbers that never fall, such as row offsets, as LEB128 differences. Stored: the number of
 * difference bytes (U32), then these bytes entropy coded with symbols of 8 bits.
 */
final class RisingNumbers {

  /** Numbers that are moved at once. */
  private static final int NUMBERS = 1024;

  private RisingNumbers() {}

  /** The stored form of {@code plain}, or {@code null} if its numbers fall somewhere. */
  static MemorySegment encode(MemorySegment plain) {
    if (plain.byteSize() % 4 != 0) {
      return null;
    }
    byte[] out = new byte[Math.toIntExact(plain.byteSize() / 4 * 5)];
    int size = 0;
    long last = 0;
    for (long at = 0; at < plain.byteSize(); at += 4) {
      long value = plain.get(Elements.I32, at) & 0xFFFFFFFFL;
      long rest = value - last;
      if (rest < 0) {
        return null;
      }
      for (; rest > 127; rest >>>= 7) {
        out[size++] = (byte) (rest & 127 | 128);
      }
      out[size++] = (byte) rest;
      last = value;
    }
    MemorySegment differences = MemorySegment.ofArray(Arrays.copyOf(out, size));
    byte[] coded = Rans.encode(differences, 8).toArray(JAVA_BYTE);
    HeaderBytes stored = new HeaderBytes(null).fixed32(size).raw(coded, coded.length);
    return MemorySegment.ofArray(stored.toArray());
  }

  /** See {@link Coding#decode}. */
  static void decode(
      RansDecoder.Place place, MemorySegment stored, MemorySegment plain, RansDecoder decoder) {
    long count = plain.byteSize() / 4;
    if (plain.byteSize() % 4 != 0 || stored.byteSize() < 4) {
      throw new IllegalArgumentException(
          "rising numbers cannot fill " + plain.byteSize() + " bytes from " + stored.byteSize());
    }
    long size = stored.get(Elements.I32, 0) & 0xFFFFFFFFL;
    if (size < count || size > 5 * count) {
      throw new IllegalArgumentException(size + " bytes of differences for " + count + " numbers");
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(size + " bytes of differences do not fit an array");
    }
    byte[] bytes = new byte[(int) size];
    decoder.add(place, stored, 4, 8, MemorySegment.ofArray(bytes), () -> add(bytes, count, plain));
  }

  /** Adds up the differences in {@code bytes}. */
  private static void add(byte[] bytes, long count, MemorySegment plain) {
    int size = bytes.length;
    int[] numbers = new int[(int) Math.min(count, NUMBERS)];
    int at = 0;
    long value = 0;
    for (long i = 0; i < count; i++) {
      long difference = 0;
      int next;
      int shift = 0;
      do {
        if (at >= size || shift > 28) {
          throw new IllegalArgumentException("difference " + i + " of " + count + " is not whole");
        }
        next = bytes[at++];
        difference |= (next & 127L) << shift;
        shift += 7;
      } while (next < 0);
      value += difference;
      if (value > 0xFFFFFFFFL) {
        throw new IllegalArgumentException("number " + i + " is " + value + ", beyond 32 bits");
      }
      int place = (int) (i % NUMBERS);
      numbers[place] = (int) value;
      if (place == NUMBERS - 1 || i == count - 1) {
        MemorySegment.copy(numbers, 0, plain, Elements.I32, 4 * (i - place), place + 1);
      }
    }
    if (at != size) {
      throw new IllegalArgumentException(size - at + " bytes follow the last difference");
    }
  }
}
