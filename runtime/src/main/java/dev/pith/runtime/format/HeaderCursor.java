package dev.pith.runtime.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the bytes of an inflated header; whatever does not fit is a corrupt file. */
final class HeaderCursor {

  private final byte[] bytes;
  private final int end;
  private final List<String> strings;
  private int position;

  HeaderCursor(byte[] bytes, int from, int end, List<String> strings) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
    this.strings = strings;
  }

  CorruptModelException corrupt(String problem) {
    return corrupt(problem, null);
  }

  CorruptModelException corrupt(String problem, Throwable cause) {
    return new CorruptModelException("inflated header", position, problem, cause);
  }

  int remaining() {
    return end - position;
  }

  int u8() {
    if (position >= end) {
      throw corrupt("the part ends in the middle of a value");
    }
    return bytes[position++] & 255;
  }

  long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (next & 127L) << shift;
      if (next < 128) {
        return value;
      }
    }
    throw corrupt("a number has more than 64 bits");
  }

  long signed() {
    long value = unsigned();
    return value >>> 1 ^ -(value & 1);
  }

  /** A number below {@code bound}. */
  int below(long bound, String what) {
    long value = unsigned();
    if (Long.compareUnsigned(value, bound) >= 0) {
      throw corrupt(
          what + " is " + Long.toUnsignedString(value) + "; less than " + bound + " is possible");
    }
    return (int) value;
  }

  /** A length in bytes or elements: a number from 0 to 2⁶³ − 1. */
  long length(String what) {
    long value = unsigned();
    if (value < 0) {
      throw corrupt(what + " is " + Long.toUnsignedString(value) + ", more than 2^63 - 1");
    }
    return value;
  }

  /** The number of items that follow, each of at least {@code bytesEach} bytes. */
  int count(int bytesEach, String what) {
    long value = unsigned();
    if (Long.compareUnsigned(value, remaining() / bytesEach) > 0) {
      throw corrupt(
          "the number of "
              + what
              + " is "
              + Long.toUnsignedString(value)
              + ", but only "
              + remaining()
              + " bytes follow");
    }
    return (int) value;
  }

  int fixed32() {
    return u8() | u8() << 8 | u8() << 16 | u8() << 24;
  }

  long fixed64() {
    return fixed32() & 0xFFFFFFFFL | (long) fixed32() << 32;
  }

  String string() {
    return strings.get(below(strings.size(), "a string's number"));
  }

  /** A string's own bytes, in UTF-8. */
  String text() {
    int length = count(1, "bytes of a string");
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, position, length))
              .toString();
      position += length;
      return text;
    } catch (CharacterCodingException e) {
      throw corrupt("a string is not UTF-8", e);
    }
  }

  /** A cursor over the next {@code length} bytes, which this one skips. */
  HeaderCursor part(int length, List<String> names) {
    HeaderCursor part = new HeaderCursor(bytes, position, position + length, names);
    position += length;
    return part;
  }

  /** Refuses bytes that are left. */
  void finish(String what) {
    if (position != end) {
      throw corrupt(remaining() + " bytes follow the end of the " + what);
    }
  }
}
