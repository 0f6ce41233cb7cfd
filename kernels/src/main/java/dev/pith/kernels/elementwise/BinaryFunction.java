package dev.pith.kernels.elementwise;

/** Functions of two numbers. */
public enum BinaryFunction {
  ADD,
  SUB,
  MUL,
  DIV;

  /** The function in double precision. */
  public double apply(double a, double b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }

  /** The function on integers (division truncates towards zero). */
  public long apply(long a, long b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }
}
