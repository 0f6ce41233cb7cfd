/* Functions of one number; the host defines F_<name> for each UnaryFunction. Real functions only. */
FUNCTION float sigmoid(float x) { return 1.0f / (1.0f + exp(-x)); }

FUNCTION float softplus(float x) { return fmax(x, 0.0f) + log1p(exp(-fabs(x))); }

FUNCTION float clamped(float x, float low, float high) {
  const float raised = x < low ? low : x; /* NaN stays */
  return raised > high ? high : raised;
}

FUNCTION float circular(int f, float x) {
  switch (f) {
    case F_SIN: return sin(x);
    case F_COS: return cos(x);
    case F_TAN: return tan(x);
    case F_ASIN: return asin(x);
    case F_ACOS: return acos(x);
    case F_ATAN: return atan(x);
    case F_SINH: return sinh(x);
    case F_COSH: return cosh(x);
    case F_ASINH: return asinh(x);
    case F_ACOSH: return acosh(x);
    default: return atanh(x);
  }
}

FUNCTION float function_of(int f, float x, float alpha, float beta) {
  switch (f) {
    case F_ABS: return fabs(x);
    case F_NEG: return -x;
    case F_SIGN: return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
    case F_RECIPROCAL: return DIV(1.0f, x);
    case F_SQRT: return sqrt(x);
    case F_EXP: return exp(x);
    case F_LOG: return log(x);
    case F_ERF: return erf(x);
    case F_FLOOR: return floor(x);
    case F_CEIL: return ceil(x);
    case F_ROUND: return rint(x);
    case F_TANH: return tanh(x);
    case F_RELU: return x < 0.0f ? 0.0f : x;
    case F_CLIP: return clamped(x, alpha, beta);
    case F_LEAKY_RELU: return x < 0.0f ? alpha * x : x;
    case F_THRESHOLDED_RELU: return x > alpha ? x : 0.0f;
    case F_ELU: return x < 0.0f ? alpha * expm1(x) : x;
    case F_SELU: return beta * (x > 0.0f ? x : alpha * expm1(x));
    case F_CELU: return fmax(x, 0.0f) + fmin(0.0f, alpha * expm1(x / alpha));
    case F_SIGMOID: return sigmoid(x);
    case F_HARD_SIGMOID: return clamped(alpha * x + beta, 0.0f, 1.0f);
    case F_HARD_SWISH: return x * clamped(x / 6.0f + 0.5f, 0.0f, 1.0f);
    case F_SOFTPLUS: return softplus(x);
    case F_SOFTSIGN: return x / (1.0f + fabs(x));
    case F_SILU: return x * sigmoid(x);
    case F_SWISH: return x * sigmoid(alpha * x);
    case F_MISH: return x * tanh(softplus(x));
    case F_GELU: return 0.5f * x * erfc(-x * 0.70710678f);
    case F_GELU_TANH:
      return 0.5f * x * (1.0f + tanh(0.79788456f * (x + 0.044715f * x * x * x)));
    case F_SHRINK: return x < -alpha ? x + beta : x > alpha ? x - beta : 0.0f;
    default: return circular(f, x);
  }
}
