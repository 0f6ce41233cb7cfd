package dev.pith.runtime.format;

/** Reads what precedes the coded symbols of a {@link Rans} form. Not thread-safe. */
final class RansHead {

  private final byte[] bytes;
  private int at;

  /**
   * @param bytes the beginning of the stored form
   */
  RansHead(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Bytes read so far. */
  int at() {
    return at;
  }

  private int next() {
    if (at == bytes.length) {
      throw new IllegalArgumentException("coded bytes end after " + at + " where more are needed");
    }
    return bytes[at++] & 255;
  }

  private int number() {
    int low = next();
    if (low < 128) {
      return low;
    }
    int high = next();
    if (high > 127) {
      throw new IllegalArgumentException("a frequency at byte " + (at - 2) + " exceeds 14 bits");
    }
    return low & 127 | high << 7;
  }

  /**
   * Reads the frequencies.
   *
   * @param slots takes for each of the 4096 remainders, from {@code from} on: frequency − 1 (12
   *     bits), remainder − start (12), symbol (8)
   * @throws IllegalArgumentException if they are no frequencies
   */
  void readTable(int width, int[] slots, int from) {
    int sum = 0;
    int symbols = 1 << width;
    for (int symbol = 0; symbol < symbols; symbol++) {
      int frequency = number();
      if (frequency == 0) {
        int zeros = number();
        if (zeros >= symbols - symbol) {
          throw new IllegalArgumentException(
              zeros + " zero frequencies after symbol " + symbol + " of " + symbols);
        }
        symbol += zeros;
        continue;
      }
      if (frequency > Rans.TOTAL - sum) {
        throw new IllegalArgumentException(
            "frequencies add up to " + (sum + frequency) + " or more, not " + Rans.TOTAL);
      }
      for (int i = 0; i < frequency; i++) {
        slots[from + sum + i] = frequency - 1 << 20 | i << 8 | symbol;
      }
      sum += frequency;
    }
    if (sum != Rans.TOTAL) {
      throw new IllegalArgumentException("frequencies add up to " + sum + ", not " + Rans.TOTAL);
    }
  }

  /**
   * Reads the first state.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  int readState() {
    int state = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      state |= next() << shift;
    }
    if (state < Rans.LOW) {
      throw new IllegalArgumentException("the first state " + state + " is out of range");
    }
    return state;
  }
}
