package dev.pith.kernels.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes single elements of any type: the slow, general path of reference kernels and
 * tools. Little-endian, no alignment needed.
 */
public final class Elements {

  /** Little-endian accessors without alignment. */
  public static final ValueLayout.OfFloat F32 = le(ValueLayout.JAVA_FLOAT_UNALIGNED);

  public static final ValueLayout.OfDouble F64 = le(ValueLayout.JAVA_DOUBLE_UNALIGNED);
  public static final ValueLayout.OfShort I16 = le(ValueLayout.JAVA_SHORT_UNALIGNED);
  public static final ValueLayout.OfInt I32 = le(ValueLayout.JAVA_INT_UNALIGNED);
  public static final ValueLayout.OfLong I64 = le(ValueLayout.JAVA_LONG_UNALIGNED);

  private Elements() {}

  @SuppressWarnings("unchecked") // withOrder keeps the kind of layout
  private static <T extends ValueLayout> T le(T layout) {
    return (T) layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  /** Element {@code index} as a double; BOOL reads as 0 or 1; U64 above 2⁶³ reads unsigned. */
  public static double getDouble(DType type, MemorySegment values, long index) {
    return switch (type) {
      case F32 -> values.get(F32, index * 4);
      case F64 -> values.get(F64, index * 8);
      case F16 -> Float.float16ToFloat(values.get(I16, index * 2));
      case BF16 -> Float.intBitsToFloat(values.get(I16, index * 2) << 16);
      case U64 -> {
        long bits = values.get(I64, index * 8);
        yield bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
      }
      default -> getLong(type, values, index);
    };
  }

  /** Element {@code index} as a long; floating-point numbers are truncated; U64 keeps its bits. */
  public static long getLong(DType type, MemorySegment values, long index) {
    return switch (type) {
      case F32, F64, F16, BF16 -> (long) getDouble(type, values, index);
      case I8 -> values.get(JAVA_BYTE, index);
      case U8 -> values.get(JAVA_BYTE, index) & 255;
      case BOOL -> values.get(JAVA_BYTE, index) != 0 ? 1 : 0;
      case I16 -> values.get(I16, index * 2);
      case U16 -> values.get(I16, index * 2) & 0xFFFF;
      case I32 -> values.get(I32, index * 4);
      case U32 -> values.get(I32, index * 4) & 0xFFFFFFFFL;
      case I64, U64 -> values.get(I64, index * 8);
      case I4 -> (byte) (nibble(values, index) << 4) >> 4;
      case U4 -> nibble(values, index);
    };
  }

  /**
   * Sets element {@code index}; floating-point types round to nearest even, integer types truncate
   * towards zero and wrap to their width, BOOL is {@code value != 0}.
   */
  public static void setDouble(DType type, MemorySegment values, long index, double value) {
    switch (type) {
      case F32 -> values.set(F32, index * 4, (float) value);
      case F64 -> values.set(F64, index * 8, value);
      case F16 -> values.set(I16, index * 2, HalfFloats.toF16(value));
      case BF16 -> values.set(I16, index * 2, HalfFloats.toBf16(value));
      case BOOL -> values.set(JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case U64 -> {
        long bits = value < 0x1p63 ? (long) value : (long) (value - 0x1p63) + Long.MIN_VALUE;
        values.set(I64, index * 8, bits);
      }
      default -> setLong(type, values, index, (long) value);
    }
  }

  /** Sets element {@code index} to {@code value}, wrapped to the type's width. */
  public static void setLong(DType type, MemorySegment values, long index, long value) {
    switch (type) {
      case F32, F64, F16, BF16 -> setDouble(type, values, index, (double) value);
      case I8, U8 -> values.set(JAVA_BYTE, index, (byte) value);
      case BOOL -> values.set(JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case I16, U16 -> values.set(I16, index * 2, (short) value);
      case I32, U32 -> values.set(I32, index * 4, (int) value);
      case I64, U64 -> values.set(I64, index * 8, value);
      case I4, U4 -> {
        int old = values.get(JAVA_BYTE, index / 2);
        int shift = (int) (index & 1) * 4;
        int merged = old & ~(15 << shift) | ((int) value & 15) << shift;
        values.set(JAVA_BYTE, index / 2, (byte) merged);
      }
    }
  }

  /** Copies element {@code i} of {@code from} to element {@code j} of {@code to}. */
  public static void copy(DType type, MemorySegment from, long i, MemorySegment to, long j) {
    switch (type.bits()) {
      case 4 -> setLong(type, to, j, nibble(from, i));
      case 8 -> to.set(JAVA_BYTE, j, from.get(JAVA_BYTE, i));
      case 16 -> to.set(I16, j * 2, from.get(I16, i * 2));
      case 32 -> to.set(I32, j * 4, from.get(I32, i * 4));
      default -> to.set(I64, j * 8, from.get(I64, i * 8));
    }
  }

  private static int nibble(MemorySegment values, long index) {
    return values.get(JAVA_BYTE, index / 2) >> (index & 1) * 4 & 15;
  }
}
