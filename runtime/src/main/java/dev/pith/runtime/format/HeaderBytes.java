package dev.pith.runtime.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Grows the bytes of a header: variable-length numbers, and strings by number. */
final class HeaderBytes {

  /** Every string of the header, numbered in the order in which they first occur. */
  static final class Strings {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    int number(String text) {
      return numbers.computeIfAbsent(text, t -> numbers.size());
    }

    /** The strings themselves. */
    HeaderBytes bytes() {
      HeaderBytes bytes = new HeaderBytes(this);
      bytes.unsigned(numbers.size());
      for (String text : numbers.keySet()) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.unsigned(utf8.length);
        bytes.raw(utf8, utf8.length);
      }
      return bytes;
    }
  }

  private final Strings strings;
  private byte[] bytes = new byte[256];
  private int size;

  HeaderBytes(Strings strings) {
    this.strings = strings;
  }

  HeaderBytes u8(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
    return this;
  }

  /** LEB128 of the number read as unsigned. */
  HeaderBytes unsigned(long value) {
    long rest = value;
    for (; rest >>> 7 != 0; rest >>>= 7) {
      u8((int) rest & 127 | 128);
    }
    return u8((int) rest);
  }

  /** LEB128 of the number with its sign in the lowest bit. */
  HeaderBytes signed(long value) {
    return unsigned(value << 1 ^ value >> 63);
  }

  HeaderBytes fixed32(int value) {
    return u8(value).u8(value >> 8).u8(value >> 16).u8(value >> 24);
  }

  HeaderBytes fixed64(long value) {
    return fixed32((int) value).fixed32((int) (value >> 32));
  }

  HeaderBytes string(String text) {
    return unsigned(strings.number(text));
  }

  HeaderBytes raw(byte[] source, int count) {
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
    }
    System.arraycopy(source, 0, bytes, size, count);
    size += count;
    return this;
  }

  /** Adds a chunk: its number, the length of its bytes, its bytes. */
  HeaderBytes chunk(int number, HeaderBytes content) {
    return unsigned(number).unsigned(content.size).raw(content.bytes, content.size);
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }
}
