package dev.pith.kernels.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory between two bands of known bytes, which {@link #check} finds changed if a kernel
 * wrote outside. Contents begin as bytes 0xFF, which read as NaN.
 */
public final class GuardedBuffer {

  private static final long BAND = 256;
  private static final byte MARK = 0x5A;

  private final String name;
  private final MemorySegment whole;
  private final MemorySegment inside;

  private GuardedBuffer(String name, MemorySegment whole, MemorySegment inside) {
    this.name = name;
    this.whole = whole;
    this.inside = inside;
  }

  /** {@code bytes} guarded bytes, aligned to 64. */
  public static GuardedBuffer allocate(Arena arena, String name, long bytes) {
    MemorySegment whole = arena.allocate(bytes + 2 * BAND, 64).fill(MARK);
    MemorySegment inside = whole.asSlice(BAND, bytes).fill((byte) 0xFF);
    return new GuardedBuffer(name, whole, inside);
  }

  /** The memory to use. */
  public MemorySegment segment() {
    return inside;
  }

  /**
   * Checks both bands.
   *
   * @throws AssertionError naming the first byte that changed
   */
  public void check() {
    for (long i = 0; i < BAND; i++) {
      check(i, i - BAND);
      check(whole.byteSize() - BAND + i, inside.byteSize() + i);
    }
  }

  private void check(long at, long shown) {
    if (whole.get(JAVA_BYTE, at) != MARK) {
      throw new AssertionError(
          name + " of " + inside.byteSize() + " bytes was written outside, at byte " + shown);
    }
  }
}
