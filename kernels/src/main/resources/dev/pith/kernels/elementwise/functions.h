/* Functions of one real number; the host defines F_<name> for each UnaryFunction. `real` is double
   where NUMBER_DOUBLE is defined, otherwise float. */
#ifdef NUMBER_DOUBLE
typedef double real;
#define EXACT(v) v
#define RECIPROCAL_OF(v) (1 / (v))
#else
typedef float real;
#define EXACT(v) v##f
#define RECIPROCAL_OF(v) DIV(1.0f, v)
#endif

FUNCTION real sigmoid(real x) { return 1.0f / (1.0f + exp(-x)); }

FUNCTION real softplus(real x) { return fmax(x, (real)0) + log1p(exp(-fabs(x))); }

FUNCTION real clamped(real x, real low, real high) {
  const real raised = x < low ? low : x; /* NaN stays */
  return raised > high ? high : raised;
}

FUNCTION real circular(int f, real x) {
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

FUNCTION real function_of(int f, real x, float alpha, float beta) {
  switch (f) {
    case F_ABS: return fabs(x);
    case F_NEG: return -x;
    case F_SIGN: return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
    case F_RECIPROCAL: return RECIPROCAL_OF(x);
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
    case F_CELU: return fmax(x, (real)0) + fmin((real)0, alpha * expm1(x / alpha));
    case F_SIGMOID: return sigmoid(x);
    case F_HARD_SIGMOID: return clamped(alpha * x + beta, 0.0f, 1.0f);
    case F_HARD_SWISH: return x * clamped(x / 6.0f + 0.5f, 0.0f, 1.0f);
    case F_SOFTPLUS: return softplus(x);
    case F_SOFTSIGN: return x / (1.0f + fabs(x));
    case F_SILU: return x * sigmoid(x);
    case F_SWISH: return x * sigmoid(alpha * x);
    case F_MISH: return x * tanh(softplus(x));
    case F_GELU: return 0.5f * x * erfc(-x * EXACT(0.70710678118654752));
    case F_GELU_TANH:
      return 0.5f * x *
             (1.0f + tanh(EXACT(0.79788456080286536) * (x + EXACT(0.044715) * x * x * x)));
    case F_SHRINK: return x < -alpha ? x + beta : x > alpha ? x - beta : 0.0f;
    default: return circular(f, x);
  }
}
