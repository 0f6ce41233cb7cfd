package dev.pith.kernels.device;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;

/** Checks that all device kernels begin with. */
public final class DeviceTarget {

  /** Feature of targets whose fp32 division is correctly rounded. */
  public static final String ROUNDED_DIVISION = "rounded_division";

  /** Feature of targets that compute in double precision. */
  public static final String FP64 = "fp64";

  /** Feature of targets that add the products of four pairs of bytes in one instruction. */
  public static final String DOT4 = "dot4";

  /** Feature of targets with matrix units for int8: {@code mma.sync.m16n8k32}. */
  public static final String MATRIX_I8 = "matrix_i8";

  /** Feature of targets whose matrix units skip half of 2:4 weights: {@code mma.sp.m16n8k64}. */
  public static final String SPARSE_MATRIX_I8 = "sparse_matrix_i8";

  /** Feature of targets with matrix units for fp16: {@code mma.sync.m16n8k16}, sums in fp32. */
  public static final String MATRIX_F16 = "matrix_f16";

  /** Kernels number elements with 32 bits; the last group may count beyond the last element. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 2L * 64 * 64;

  private DeviceTarget() {}

  /**
   * Whether {@code target} is an accelerator and no operand has more elements than kernels number.
   *
   * @param elements elements of each operand
   */
  public static Support check(Target target, long... elements) {
    if (target.isCpu()) {
      return Support.no("the target is a CPU, which runs no device source");
    }
    for (long count : elements) {
      if (count > MOST_ELEMENTS) {
        return Support.no("%d elements; device kernels number fewer than 2^31", count);
      }
    }
    return Support.YES;
  }

  /** {@link #check}, and that fp32 division is correctly rounded. */
  public static Support checkDivision(Target target, long... elements) {
    Support support = check(target, elements);
    return support.isSupported() && !target.has(ROUNDED_DIVISION)
        ? Support.no("%s does not round fp32 divisions correctly", target.architecture())
        : support;
  }

  /** {@link #check}, and that {@code type} is a type that float kernels compute on. */
  public static Support checkFloat(Target target, DType type, long... elements) {
    return type == DType.F32 || type == DType.F16
        ? check(target, elements)
        : Support.no("element type %s; F32 and F16 are supported", type);
  }

  /** {@link #check}, and that {@code type} is one that {@link ProgramBuilder#numbers} knows. */
  public static Support checkNumbers(Target target, DType type, long... elements) {
    if (type == DType.F64 && !target.has(FP64)) {
      return Support.no("%s has no double precision", target.architecture());
    }
    return checkMove(target, type, elements);
  }

  /** The unsigned type with as many bits as {@code type}, for kernels that only move elements. */
  public static DType bits(DType type) {
    return switch (type.bits()) {
      case 8 -> DType.U8;
      case 16 -> DType.U16;
      case 32 -> DType.U32;
      case 64 -> DType.U64;
      default -> throw new IllegalArgumentException("elements of " + type + " share bytes");
    };
  }

  /** {@link #check}, and that elements of {@code type} do not share bytes. */
  public static Support checkMove(Target target, DType type, long... elements) {
    return type.bits() >= 8
        ? check(target, elements)
        : Support.no("elements of %s share bytes", type);
  }
}
