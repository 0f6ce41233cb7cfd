package dev.pith.kernels.elementwise;

import dev.pith.kernels.tensor.DType;

/** Functions of two numbers a and b of one type. */
public enum BinaryFunction {
  ADD,
  SUB,
  MUL,
  /** a/b; integers truncate towards zero, and division by 0 gives 0. */
  DIV,
  /** a to the power b; integers wrap. */
  POW,
  /** a − ⌊a/b⌋·b: the sign of b; 0 where the integer b is 0. */
  MOD,
  /** a − trunc(a/b)·b: the sign of a; 0 where the integer b is 0. */
  REMAINDER,
  /** The smaller; NaN if one is. */
  MIN,
  /** The larger; NaN if one is. */
  MAX,
  /** a, or a·b where a is negative. */
  PRELU,
  /** Both, on BOOL. */
  AND,
  /** Either, on BOOL. */
  OR,
  /** One of the two, on BOOL. */
  XOR,
  BITWISE_AND,
  BITWISE_OR,
  BITWISE_XOR,
  /** a·2^b on unsigned integers; 0 where b is the type's width or more. */
  SHIFT_LEFT,
  /** ⌊a/2^b⌋ on unsigned integers. */
  SHIFT_RIGHT,
  EQUAL,
  LESS,
  GREATER,
  LESS_OR_EQUAL,
  GREATER_OR_EQUAL;

  /** Whether the result is BOOL whatever the inputs are. */
  public boolean isComparison() {
    return compareTo(EQUAL) >= 0;
  }

  private boolean isLogical() {
    return this == AND || this == OR || this == XOR;
  }

  private boolean isBitwise() {
    return compareTo(BITWISE_AND) >= 0 && compareTo(SHIFT_RIGHT) <= 0;
  }

  /** Whether the function is defined on {@code type}. */
  public boolean accepts(DType type) {
    if (type == DType.BOOL) {
      return isLogical() || this == EQUAL;
    }
    return !isLogical() && !(isBitwise() && type.isFloat());
  }

  /** Element type of the result for inputs of {@code type}. */
  public DType result(DType type) {
    return isComparison() ? DType.BOOL : type;
  }

  /** The function in double precision; truth values are 0 and 1. */
  public double apply(double a, double b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> Math.pow(a, b);
      case MOD -> {
        double rest = a % b;
        yield rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
      }
      case REMAINDER -> a % b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case PRELU -> a < 0 ? a * b : a;
      case EQUAL -> a == b ? 1 : 0;
      case LESS -> a < b ? 1 : 0;
      case GREATER -> a > b ? 1 : 0;
      case LESS_OR_EQUAL -> a <= b ? 1 : 0;
      case GREATER_OR_EQUAL -> a >= b ? 1 : 0;
      default -> throw new IllegalArgumentException(this + " of real numbers");
    };
  }

  /** The function on integers and truth values; {@code unsigned} says how 64 bits are read. */
  public long apply(long a, long b, boolean unsigned) {
    int order = unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : unsigned ? Long.divideUnsigned(a, b) : a / b;
      case POW -> power(a, b, unsigned);
      case MOD -> b == 0 ? 0 : unsigned ? Long.remainderUnsigned(a, b) : Math.floorMod(a, b);
      case REMAINDER -> b == 0 ? 0 : unsigned ? Long.remainderUnsigned(a, b) : a % b;
      case MIN -> order < 0 ? a : b;
      case MAX -> order < 0 ? b : a;
      case PRELU -> !unsigned && a < 0 ? a * b : a;
      case AND, BITWISE_AND -> a & b;
      case OR, BITWISE_OR -> a | b;
      case XOR, BITWISE_XOR -> a ^ b;
      case SHIFT_LEFT -> b < 0 || b > 63 ? 0 : a << b;
      case SHIFT_RIGHT -> b < 0 || b > 63 ? 0 : a >>> b;
      case EQUAL -> order == 0 ? 1 : 0;
      case LESS -> order < 0 ? 1 : 0;
      case GREATER -> order > 0 ? 1 : 0;
      case LESS_OR_EQUAL -> order <= 0 ? 1 : 0;
      case GREATER_OR_EQUAL -> order >= 0 ? 1 : 0;
    };
  }

  /** a^b by squaring; a negative exponent gives the truncated reciprocal. */
  private static long power(long a, long b, boolean unsigned) {
    if (!unsigned && b < 0) {
      return a == 1 ? 1 : a == -1 ? (b & 1) == 0 ? 1 : -1 : 0;
    }
    long result = 1;
    long square = a;
    for (long rest = b; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
