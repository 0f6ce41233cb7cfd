package dev.pith.kernels.recurrent;

/**
 * A function that a gate or a state goes through.
 *
 * @param kind which function
 * @param alpha its first parameter, if it has one
 * @param beta its second parameter, if it has one
 */
public record Gate(Kind kind, float alpha, float beta) {

  /** Functions ONNX allows. */
  public enum Kind {
    SIGMOID,
    TANH,
    RELU,
    /** α·x + β. */
    AFFINE,
    /** x, or α·x where x is negative. */
    LEAKY_RELU,
    /** x where x ≥ α, otherwise 0. */
    THRESHOLDED_RELU,
    /** α·tanh(β·x). */
    SCALED_TANH,
    /** min(max(α·x + β, 0), 1). */
    HARD_SIGMOID,
    /** x, or α·(exp(x) − 1) where x is negative. */
    ELU,
    /** x / (1 + |x|). */
    SOFTSIGN,
    /** log(1 + exp(x)). */
    SOFTPLUS
  }

  /** A function without parameters. */
  public static Gate of(Kind kind) {
    return new Gate(kind, 0, 0);
  }

  /** The function in double precision, rounded once. */
  public float apply(float x) {
    return switch (kind) {
      case SIGMOID -> (float) (1 / (1 + Math.exp(-x)));
      case TANH -> (float) Math.tanh(x);
      case RELU -> Math.max(x, 0);
      case AFFINE -> alpha * x + beta;
      case LEAKY_RELU -> x < 0 ? alpha * x : x;
      case THRESHOLDED_RELU -> x >= alpha ? x : 0;
      case SCALED_TANH -> (float) (alpha * Math.tanh(beta * x));
      case HARD_SIGMOID -> Math.min(Math.max(alpha * x + beta, 0), 1);
      case ELU -> x < 0 ? (float) (alpha * Math.expm1(x)) : x;
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SOFTPLUS -> (float) Math.log1p(Math.exp(x));
    };
  }
}
