package dev.pith.runtime.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A range variant of asymmetric numeral systems (Duda 2013) over fields of 1 to 8 bits, with one
 * static table: frequencies of 2⁻¹², a 31-bit state, renormalised bytewise. FORMAT.md defines the
 * bytes; {@link RansDecoder} reads them.
 */
final class Rans {

  static final int PRECISION = 12;
  static final int TOTAL = 1 << PRECISION;

  /** The state lies in [LOW, 256 · LOW). */
  static final int LOW = 1 << 23;

  private Rans() {}

  /** Symbols of {@code width} bits that {@code bytes} are read as. */
  static long symbols(long bytes, int width) {
    return (bytes * 8 + width - 1) / width;
  }

  /** Field {@code i}; bits behind the end are 0. */
  private static int symbol(MemorySegment bytes, long i, int width) {
    if (width == 8) {
      return bytes.get(JAVA_BYTE, i) & 255;
    }
    long bit = i * width;
    long at = bit >> 3;
    int pair = bytes.get(JAVA_BYTE, at) & 255;
    if (at + 1 < bytes.byteSize()) {
      pair |= (bytes.get(JAVA_BYTE, at + 1) & 255) << 8;
    }
    return pair >> (bit & 7) & (1 << width) - 1;
  }

  private static long[] histogram(MemorySegment plain, int width) {
    long[] counts = new long[1 << width];
    long symbols = symbols(plain.byteSize(), width);
    for (long i = 0; i < symbols; i++) {
      counts[symbol(plain, i, width)]++;
    }
    return counts;
  }

  /** About how many bits {@code plain} takes with symbols of {@code width} bits, table included. */
  static double estimateBits(MemorySegment plain, int width) {
    long[] counts = histogram(plain, width);
    double total = symbols(plain.byteSize(), width);
    double bits = 32;
    for (long count : counts) {
      if (count > 0) {
        bits += count * Math.log(total / count) / Math.log(2) + 12;
      }
    }
    return bits;
  }

  /** Frequencies with sum 4096, at least 1 where a count is positive. */
  private static int[] normalise(long[] counts) {
    long total = Arrays.stream(counts).sum();
    int[] frequencies = new int[counts.length];
    int sum = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        frequencies[i] = (int) Math.max(1, (counts[i] * TOTAL + total / 2) / total);
        sum += frequencies[i];
      }
    }
    // The symbol for which one step more or less costs least gives or takes the difference.
    while (sum != TOTAL) {
      int step = sum < TOTAL ? 1 : -1;
      int best = -1;
      double least = Double.MAX_VALUE;
      for (int i = 0; i < counts.length; i++) {
        int next = frequencies[i] + step;
        if (counts[i] > 0 && next >= 1) {
          double cost = counts[i] * Math.log((double) frequencies[i] / next);
          if (cost < least) {
            least = cost;
            best = i;
          }
        }
      }
      frequencies[best] += step;
      sum += step;
    }
    return frequencies;
  }

  /** The stored form of {@code plain}; RisingNumbers' leading length is not part of it. */
  static MemorySegment encode(MemorySegment plain, int width) {
    int[] frequencies = normalise(histogram(plain, width));
    HeaderBytes table = new HeaderBytes(null);
    writeTable(frequencies, table);
    int[] starts = starts(frequencies);
    long symbols = symbols(plain.byteSize(), width);
    // 12 bits at most for a symbol; written backwards, because decoding runs forwards.
    byte[] out = new byte[Math.toIntExact(symbols * 3 / 2 + 16)];
    int at = out.length;
    long state = LOW;
    for (long i = symbols - 1; i >= 0; i--) {
      int symbol = symbol(plain, i, width);
      int frequency = frequencies[symbol];
      long limit = ((long) LOW >> PRECISION << 8) * frequency;
      for (; state >= limit; state >>>= 8) {
        out[--at] = (byte) state;
      }
      state = state / frequency << PRECISION | state % frequency + starts[symbol];
    }
    HeaderBytes stored = new HeaderBytes(null);
    byte[] head = table.toArray();
    stored.raw(head, head.length).fixed32((int) state);
    byte[] tail = Arrays.copyOfRange(out, at, out.length);
    return MemorySegment.ofArray(stored.raw(tail, tail.length).toArray());
  }

  private static int[] starts(int[] frequencies) {
    int[] starts = new int[frequencies.length];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + frequencies[i - 1];
    }
    return starts;
  }

  /** Each frequency as LEB128; after a 0 the number of further zeros. */
  private static void writeTable(int[] frequencies, HeaderBytes table) {
    for (int i = 0; i < frequencies.length; i++) {
      table.unsigned(frequencies[i]);
      if (frequencies[i] == 0) {
        int zeros = 0;
        while (i + 1 < frequencies.length && frequencies[i + 1] == 0) {
          zeros++;
          i++;
        }
        table.unsigned(zeros);
      }
    }
  }
}
