package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * What stays the same in a function's arguments, as bytes: written once, then copied to a worker's
 * arguments before each run in one go. Single values are set in memory segments a hundred times
 * more slowly until they are compiled, which the first runs of a process are too short for.
 *
 * <p>Immutable once it is made; writing is not thread-safe.
 */
public final class ArgumentImage {

  private final byte[] bytes;

  /**
   * An image of zeros.
   *
   * @param size bytes of the arguments, which begin with it
   */
  public ArgumentImage(int size) {
    bytes = new byte[size];
  }

  /** Writes {@code value} to byte offset {@code at}. */
  public ArgumentImage i64(int at, long value) {
    return lanes(at, 8, 8, value);
  }

  /** Writes {@code value} to as many I32 lanes from byte offset {@code at} as {@code size} has. */
  public ArgumentImage i32(int at, int size, int value) {
    return lanes(at, size, 4, value);
  }

  /** Writes {@code value} to as many F32 lanes from byte offset {@code at} as {@code size} has. */
  public ArgumentImage f32(int at, int size, float value) {
    return lanes(at, size, 4, Float.floatToRawIntBits(value));
  }

  /** Writes the low half of {@code value} to as many I16 lanes as {@code size} bytes have. */
  public ArgumentImage i16(int at, int size, int value) {
    return lanes(at, size, 2, value);
  }

  /** Writes the low byte of {@code value} to {@code size} bytes. */
  public ArgumentImage i8(int at, int size, int value) {
    return lanes(at, size, 1, value);
  }

  /** Writes {@code values} from byte offset {@code at} on. */
  public ArgumentImage put(int at, byte... values) {
    System.arraycopy(values, 0, bytes, at, values.length);
    return this;
  }

  private ArgumentImage lanes(int at, int size, int lane, long value) {
    for (int i = 0; i < lane; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
    for (int done = lane; done < size; done *= 2) {
      System.arraycopy(bytes, at, bytes, at + done, Math.min(done, size - done));
    }
    return this;
  }

  /** Writes the whole image to the beginning of {@code arguments}. */
  public void copyTo(MemorySegment arguments) {
    copyTo(arguments, 0);
  }

  /** Writes the whole image to {@code arguments} from byte offset {@code at} on. */
  public void copyTo(MemorySegment arguments, long at) {
    MemorySegment.copy(bytes, 0, arguments, JAVA_BYTE, at, bytes.length);
  }
}
