package dev.pith.kernels.elementwise;

import dev.pith.kernels.Erf;
import dev.pith.kernels.tensor.DType;
import java.util.EnumSet;
import java.util.Set;

/**
 * Functions of one number x, with up to two parameters α and β.
 *
 * <p>The names that {@code Activation.Kind} has too mean the same there.
 */
public enum UnaryFunction {
  ABS,
  NEG,
  SIGN,
  /** 1/x. */
  RECIPROCAL,
  SQRT,
  EXP,
  LOG,
  ERF,
  FLOOR,
  CEIL,
  /** Nearest integer, halves to even. */
  ROUND,
  SIN,
  COS,
  TAN,
  ASIN,
  ACOS,
  ATAN,
  SINH,
  COSH,
  TANH,
  ASINH,
  ACOSH,
  ATANH,
  /** Logical complement of BOOL. */
  NOT,
  /** Complement of every bit of an integer. */
  BITWISE_NOT,
  /** Whether x is not a number; the result is BOOL. */
  IS_NAN,
  /** Whether x is −∞ (if α ≠ 0) or +∞ (if β ≠ 0); the result is BOOL. */
  IS_INF,
  /** max(x, 0). */
  RELU,
  /** min(max(x, α), β). */
  CLIP,
  /** x, or α·x where x is negative. */
  LEAKY_RELU,
  /** x where x exceeds α, otherwise 0. */
  THRESHOLDED_RELU,
  /** x, or α·(exp(x) − 1) where x is negative. */
  ELU,
  /** β·x, or β·α·(exp(x) − 1) where x is not positive. */
  SELU,
  /** max(x, 0) + min(0, α·(exp(x/α) − 1)). */
  CELU,
  /** 1/(1 + exp(−x)). */
  SIGMOID,
  /** min(max(α·x + β, 0), 1). */
  HARD_SIGMOID,
  /** x·min(max(x/6 + 1/2, 0), 1). */
  HARD_SWISH,
  /** log(1 + exp(x)). */
  SOFTPLUS,
  /** x/(1 + |x|). */
  SOFTSIGN,
  /** x·sigmoid(x). */
  SILU,
  /** x·sigmoid(α·x). */
  SWISH,
  /** x·tanh(softplus(x)). */
  MISH,
  /** x·(1 + erf(x/√2))/2. */
  GELU,
  /** x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2. */
  GELU_TANH,
  /** x + β where x &lt; −α, x − β where x &gt; α, otherwise 0. */
  SHRINK;

  private static final Set<UnaryFunction> OF_INTEGERS =
      EnumSet.of(ABS, NEG, SIGN, BITWISE_NOT, RELU, SHRINK);

  /** Whether the function is defined on {@code type}. */
  public boolean accepts(DType type) {
    if (type == DType.BOOL) {
      return this == NOT;
    }
    return type.isFloat() ? this != NOT && this != BITWISE_NOT : OF_INTEGERS.contains(this);
  }

  /** Element type of the result for inputs of {@code type}. */
  public DType result(DType type) {
    return this == IS_NAN || this == IS_INF ? DType.BOOL : type;
  }

  /** The function in double precision; truth values are 0 and 1. */
  public double apply(double x, float alpha, float beta) {
    return switch (this) {
      case ABS -> Math.abs(x);
      case NEG -> -x;
      case SIGN -> Math.signum(x);
      case RECIPROCAL -> 1 / x;
      case SQRT -> Math.sqrt(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case ERF -> Erf.erf(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case NOT -> x == 0 ? 1 : 0;
      case BITWISE_NOT -> throw new IllegalArgumentException("BITWISE_NOT of a real number");
      case IS_NAN -> Double.isNaN(x) ? 1 : 0;
      case IS_INF -> Double.isInfinite(x) && (x < 0 ? alpha != 0 : beta != 0) ? 1 : 0;
      case SIN, COS, TAN, ASIN, ACOS, ATAN -> circular(x);
      case SINH, COSH, TANH, ASINH, ACOSH, ATANH -> hyperbolic(x);
      default -> activation(x, alpha, beta);
    };
  }

  /** The function on an integer; U64 is given as its bits. */
  public long apply(long x, boolean unsigned, float alpha, float beta) {
    return switch (this) {
      case ABS -> unsigned ? x : Math.abs(x);
      case NEG -> -x;
      case SIGN -> unsigned ? (x == 0 ? 0 : 1) : Long.signum(x);
      case NOT -> x == 0 ? 1 : 0;
      case BITWISE_NOT -> ~x;
      case RELU -> unsigned ? x : Math.max(x, 0);
      default -> (long) apply((double) x, alpha, beta);
    };
  }

  private double circular(double x) {
    return switch (this) {
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TAN -> Math.tan(x);
      case ASIN -> Math.asin(x);
      case ACOS -> Math.acos(x);
      default -> Math.atan(x);
    };
  }

  private double hyperbolic(double x) {
    return switch (this) {
      case SINH -> Math.sinh(x);
      case COSH -> Math.cosh(x);
      case TANH -> Math.tanh(x);
      case ASINH -> {
        double a = Math.abs(x);
        yield Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
      }
      case ACOSH -> Math.log(x + Math.sqrt(x - 1) * Math.sqrt(x + 1));
      default -> 0.5 * Math.log1p(2 * x / (1 - x));
    };
  }

  private double activation(double x, float alpha, float beta) {
    return switch (this) {
      case RELU -> Math.max(x, 0);
      case CLIP -> Math.min(Math.max(x, alpha), beta);
      case LEAKY_RELU -> x < 0 ? alpha * x : x;
      case THRESHOLDED_RELU -> x > alpha ? x : 0;
      case ELU -> x < 0 ? alpha * Math.expm1(x) : x;
      case SELU -> beta * (x > 0 ? x : alpha * Math.expm1(x));
      case CELU -> Math.max(x, 0) + Math.min(0, alpha * Math.expm1(x / alpha));
      case SIGMOID -> sigmoid(x);
      case HARD_SIGMOID -> Math.min(Math.max(alpha * x + beta, 0), 1);
      case HARD_SWISH -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
      case SOFTPLUS -> softplus(x);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SILU -> x * sigmoid(x);
      case SWISH -> x * sigmoid(alpha * x);
      case MISH -> x * Math.tanh(softplus(x));
      case GELU -> 0.5 * x * (1 + Erf.erf(x * Math.sqrt(0.5)));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SHRINK -> x < -alpha ? x + beta : x > alpha ? x - beta : 0;
      default -> throw new IllegalStateException(this + " has no definition");
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
