package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Constants of generated code, each repeated to fill a vector of 256 bits, in memory that stays for
 * the life of the process. Thread-safe.
 */
final class FloatConstants {

  private static final int BYTES = 32;
  private static final int MOST = 256;
  private static final MemorySegment POOL = Arena.global().allocate((long) MOST * BYTES, 64);
  private static final Map<Integer, Integer> PLACES = new HashMap<>();

  static {
    // First of all the masks: all bits, then no bits, of one vector each.
    offset(-1);
    offset(0);
  }

  private FloatConstants() {}

  /** Where the constants begin: a vector of all bits, a vector of zeros, then the others. */
  static long address() {
    return POOL.address();
  }

  /** Byte offset of the constant whose lanes have the given bits. */
  static synchronized int offset(int bits) {
    Integer place = PLACES.get(bits);
    if (place == null) {
      place = PLACES.size() * BYTES;
      if (place == MOST * BYTES) {
        throw new IllegalStateException("generated code uses more than " + MOST + " constants");
      }
      for (int lane = 0; lane < BYTES / 4; lane++) {
        POOL.set(JAVA_INT, place + 4L * lane, bits);
      }
      PLACES.put(bits, place);
    }
    return place;
  }
}
