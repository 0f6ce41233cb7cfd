package dev.pith.runtime.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A range variant of asymmetric numeral systems (Duda 2013) over fields of 1 to 8 bits, with one
 * static table: frequencies of 2⁻¹², a 31-bit state, renormalised bytewise. FORMAT.md defines the
 * bytes.
 */
final class Rans {

  private static final int PRECISION = 12;
  private static final int TOTAL = 1 << PRECISION;

  /** The state lies in [LOW, 256 · LOW). */
  private static final int LOW = 1 << 23;

  private Rans() {}

  private static long symbols(long bytes, int width) {
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

  /** Bytes that are moved at once: models are decoded before anything is compiled. */
  private static final int BUFFER = 4096;

  /** Reads bytes of a stored form in order. */
  private static final class Source {
    private final MemorySegment bytes;
    private final byte[] buffer = new byte[BUFFER];

    /** Bytes before those in the buffer. */
    private long passed;

    private int filled;
    private int place;

    Source(MemorySegment bytes, long at) {
      this.bytes = bytes;
      this.passed = at;
    }

    long at() {
      return passed + place;
    }

    int next() {
      if (place == filled) {
        fill();
      }
      return buffer[place++] & 255;
    }

    /** The next {@code count} bytes, at most two, the first of them highest. */
    int next(int count) {
      if (place + 2 > filled) {
        return slowly(count);
      }
      int two = (buffer[place] & 255) << 8 | buffer[place + 1] & 255;
      place += count;
      return two >>> 16 - 8 * count;
    }

    private int slowly(int count) {
      int value = 0;
      for (int i = 0; i < count; i++) {
        value = value << 8 | next();
      }
      return value;
    }

    private void fill() {
      passed += filled;
      place = 0;
      filled = (int) Math.min(BUFFER, bytes.byteSize() - passed);
      if (filled <= 0) {
        throw new IllegalArgumentException(
            "coded bytes end after " + passed + " where more are needed");
      }
      MemorySegment.ofArray(buffer).copyFrom(bytes.asSlice(passed, filled));
    }

    int number() {
      int low = next();
      if (low < 128) {
        return low;
      }
      int high = next();
      if (high > 127) {
        throw new IllegalArgumentException(
            "a frequency at byte " + (at() - 2) + " exceeds 14 bits");
      }
      return low & 127 | high << 7;
    }
  }

  private static int[] readTable(Source source, int width) {
    int[] frequencies = new int[1 << width];
    int sum = 0;
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = source.number();
      sum += frequencies[i];
      if (frequencies[i] == 0) {
        int zeros = source.number();
        if (zeros >= frequencies.length - i) {
          throw new IllegalArgumentException(
              zeros + " zero frequencies after symbol " + i + " of " + frequencies.length);
        }
        i += zeros;
      }
    }
    if (sum != TOTAL) {
      throw new IllegalArgumentException("frequencies add up to " + sum + ", not " + TOTAL);
    }
    return frequencies;
  }

  /**
   * For each of the 4096 remainders: frequency − 1 (12 bits), remainder − start (12), symbol (8).
   */
  private static int[] slots(int[] frequencies) {
    int[] slots = new int[TOTAL];
    int at = 0;
    for (int symbol = 0; symbol < frequencies.length; symbol++) {
      for (int i = 0; i < frequencies[symbol]; i++) {
        slots[at++] = frequencies[symbol] - 1 << 20 | i << 8 | symbol;
      }
    }
    return slots;
  }

  /**
   * Fills {@code plain} from {@code stored}, beginning at byte {@code from}.
   *
   * @throws IllegalArgumentException if the bytes are no stored form of exactly that many bytes
   */
  static void decode(MemorySegment stored, long from, int width, MemorySegment plain) {
    Source source = new Source(stored, from);
    int[] frequencies = readTable(source, width);
    int[] slots = slots(frequencies);
    int state = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      state |= source.next() << shift;
    }
    if (state < LOW) {
      throw new IllegalArgumentException("the first state " + state + " is out of range");
    }
    long size = plain.byteSize();
    long count = symbols(size, width);
    byte[] buffer = new byte[(int) Math.min(BUFFER, size)];
    int ready = 0;
    int pending = 0;
    int pendingBits = 0;
    long out = 0;
    for (long i = 0; i < count; i++) {
      int slot = slots[state & TOTAL - 1];
      state = ((slot >>> 20) + 1) * (state >>> PRECISION) + (slot >>> 8 & TOTAL - 1);
      // Every other symbol needs a byte, unforeseeably: what is read does not depend on a branch.
      int bytes = (state - LOW >>> 31) + (state - (LOW >> 8) >>> 31);
      state = state << 8 * bytes | source.next(bytes);
      pending |= (slot & 255) << pendingBits;
      pendingBits += width;
      if (pendingBits >= 8 && out + ready < size) {
        buffer[ready++] = (byte) pending;
        pending >>>= 8;
        pendingBits -= 8;
        if (ready == buffer.length) {
          MemorySegment.copy(MemorySegment.ofArray(buffer), 0, plain, out, ready);
          out += ready;
          ready = 0;
        }
      }
    }
    MemorySegment.copy(MemorySegment.ofArray(buffer), 0, plain, out, ready);
    if (state != LOW || source.at() != stored.byteSize() || pending != 0) {
      throw new IllegalArgumentException(
          "coded bytes do not end where " + count + " symbols of " + width + " bits end");
    }
  }
}
