package dev.pith.kernels;

/**
 * An elementwise function fused behind a matrix product or convolution.
 *
 * @param kind which function
 * @param alpha first parameter: lower bound of {@code CLIP}, slope of {@code LEAKY_RELU} and {@code
 *     HARD_SIGMOID}
 * @param beta second parameter: upper bound of {@code CLIP}, offset of {@code HARD_SIGMOID}
 */
public record Activation(Kind kind, float alpha, float beta) {

  /** No function. */
  public static final Activation NONE = new Activation(Kind.NONE, 0, 0);

  /** max(x, 0). */
  public static final Activation RELU = new Activation(Kind.RELU, 0, 0);

  /** Functions that kernels know how to fuse. */
  public enum Kind {
    NONE,
    RELU,
    CLIP,
    LEAKY_RELU,
    SIGMOID,
    TANH,
    SILU,
    HARD_SIGMOID,
    HARD_SWISH,
    GELU
  }

  /** min(max(x, low), high). */
  public static Activation clip(float low, float high) {
    return new Activation(Kind.CLIP, low, high);
  }

  /** The function in double precision, rounded once. */
  public float apply(float x) {
    return (float) apply((double) x);
  }

  /** The function in double precision: what reference kernels use. */
  public double apply(double x) {
    return switch (kind) {
      case NONE -> x;
      case RELU -> Math.max(x, 0);
      case CLIP -> Math.min(Math.max(x, alpha), beta);
      case LEAKY_RELU -> x < 0 ? alpha * x : x;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SILU -> x / (1 + Math.exp(-x));
      case HARD_SIGMOID -> Math.min(Math.max(alpha * x + beta, 0), 1);
      case HARD_SWISH -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
      case GELU -> 0.5 * x * Erf.erfc(-x * Math.sqrt(0.5));
    };
  }
}
