package dev.pith.kernels.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Reads the values a compressed tensor stores in component 0: elements, or codes of a codebook. */
final class StoredValues {

  private StoredValues() {}

  /** Whether compressed layouts hold elements of this type. */
  static boolean holds(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16, I8, U8 -> true;
      default -> false;
    };
  }

  /** Refuses a tensor whose component 0 does not hold exactly {@code count} values. */
  static void checkSize(Tensor encoded, long count) {
    if (encoded.layout() instanceof CodebookLayout codebook) {
      codebook.checkCodes(encoded, count);
    } else {
      LayoutChecks.size(encoded, 0, encoded.dtype().byteSize(count));
    }
  }

  /**
   * Replaces positions by values: for each i the value at {@code position[i] + add} as F32 to
   * {@code out + 4 · i}; {@code out} may be {@code positions}.
   */
  static void gather(
      Tensor encoded, MemorySegment s, long positions, int count, int add, long out) {
    if (encoded.layout() instanceof CodebookLayout codebook) {
      codebook.gather(encoded, s, positions, count, add, out);
      return;
    }
    MemorySegment values = encoded.values();
    switch (encoded.dtype()) {
      case I8 -> {
        for (int i = 0; i < count; i++) {
          long at = s.get(Elements.I32, positions + 4L * i) + add;
          s.set(Elements.F32, out + 4L * i, values.get(JAVA_BYTE, at));
        }
      }
      case F32 -> {
        for (int i = 0; i < count; i++) {
          long at = s.get(Elements.I32, positions + 4L * i) + add;
          s.set(Elements.I32, out + 4L * i, values.get(Elements.I32, 4 * at));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          long at = s.get(Elements.I32, positions + 4L * i) + add;
          s.set(Elements.F32, out + 4L * i, element(encoded.dtype(), values, at));
        }
      }
    }
  }

  /** Element {@code at} as a float; every type that {@link #holds} fits exactly. */
  static float element(DType dtype, MemorySegment values, long at) {
    return switch (dtype) {
      case F32 -> values.get(Elements.F32, 4 * at);
      case F16 -> Float.float16ToFloat(values.get(Elements.I16, 2 * at));
      case BF16 -> Float.intBitsToFloat(values.get(Elements.I16, 2 * at) << 16);
      case U8 -> values.get(JAVA_BYTE, at) & 255;
      default -> values.get(JAVA_BYTE, at);
    };
  }

  /** Copies stored value {@code at} unchanged to element {@code index} of {@code target}. */
  static void copy(Tensor encoded, long at, MemorySegment target, long index) {
    MemorySegment values = encoded.values();
    long from = at;
    if (encoded.layout() instanceof CodebookLayout codebook) {
      from = codebook.code(encoded.values(), at);
      values = codebook.book(encoded);
    }
    copy(encoded.dtype(), values, from, target, index);
  }

  /** Copies element {@code from} of {@code values} to element {@code to} of {@code target}. */
  static void copy(DType dtype, MemorySegment values, long from, MemorySegment target, long to) {
    switch (dtype.bits()) {
      case 8 -> target.set(JAVA_BYTE, to, values.get(JAVA_BYTE, from));
      case 16 -> target.set(Elements.I16, 2 * to, values.get(Elements.I16, 2 * from));
      default -> target.set(Elements.I32, 4 * to, values.get(Elements.I32, 4 * from));
    }
  }

  /** Refuses a stored value that is not zero though it lies behind the tensor's extents. */
  static void checkZero(Tensor encoded, long at) {
    float value =
        encoded.layout() instanceof CodebookLayout codebook
            ? codebook.value(encoded, at)
            : element(encoded.dtype(), encoded.values(), at);
    if (value != 0) {
      throw new IllegalArgumentException(
          "component "
              + encoded.layout().componentNames().get(0)
              + "["
              + at
              + "] of "
              + encoded
              + " is "
              + value
              + "; values outside the tensor's extents must be 0");
    }
  }
}
