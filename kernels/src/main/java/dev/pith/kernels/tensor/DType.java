package dev.pith.kernels.tensor;

/**
 * Element types. Codes are written to files and never reused; names follow safetensors.
 *
 * <p>4-bit types hold two elements a byte, the first in the low half.
 */
public enum DType {
  F32(1, 32),
  F16(2, 16),
  BF16(3, 16),
  F64(4, 64),
  I8(5, 8),
  U8(6, 8),
  I16(7, 16),
  U16(8, 16),
  I32(9, 32),
  U32(10, 32),
  I64(11, 64),
  U64(12, 64),
  BOOL(13, 8),
  I4(14, 4),
  U4(15, 4);

  private final int code;
  private final int bits;

  DType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The number that stands for this type in files. */
  public int code() {
    return code;
  }

  /** Bits of one element. */
  public int bits() {
    return bits;
  }

  /** Bytes of {@code elementCount} elements packed densely, rounded up. */
  public long byteSize(long elementCount) {
    return bits == 4 ? (elementCount + 1) / 2 : Math.multiplyExact(elementCount, bits / 8L);
  }

  /** Whether elements are floating-point numbers. */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }

  /** Whether elements are integers (not BOOL). */
  public boolean isInteger() {
    return !isFloat() && this != BOOL;
  }

  /** Whether elements are integers without a sign. */
  public boolean isUnsigned() {
    return this == U4 || this == U8 || this == U16 || this == U32 || this == U64;
  }

  /**
   * The type with the given code.
   *
   * @throws IllegalArgumentException if no type has it
   */
  public static DType ofCode(int code) {
    for (DType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("no element type has code " + code);
  }
}
