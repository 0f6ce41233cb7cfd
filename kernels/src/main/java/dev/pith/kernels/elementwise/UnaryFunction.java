package dev.pith.kernels.elementwise;

/** Functions of one number. */
public enum UnaryFunction {
  ABS,
  EXP,
  LOG,
  NEG,
  RELU,
  SIGMOID,
  SQRT,
  TANH;

  /** The function in double precision; {@code alpha} and {@code beta} as the function defines. */
  public double apply(double x, float alpha, float beta) {
    return switch (this) {
      case ABS -> Math.abs(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case NEG -> -x;
      case RELU -> Math.max(x, 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SQRT -> Math.sqrt(x);
      case TANH -> Math.tanh(x);
    };
  }
}
