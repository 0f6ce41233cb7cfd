/* Functions of two numbers; the host defines B_<name> for each BinaryFunction. Follows numbers.h. */
#if defined(NUMBER_REAL) || defined(NUMBER_DOUBLE)
#ifdef NUMBER_REAL
#define PLUS(a, b) ADD(a, b)
#define LESS_BY(a, b) SUB(a, b)
#define TIMES(a, b) MUL(a, b)
#define OVER(a, b) DIV(a, b)
#else
#define PLUS(a, b) ((a) + (b))
#define LESS_BY(a, b) ((a) - (b))
#define TIMES(a, b) ((a) * (b))
#define OVER(a, b) ((a) / (b))
#endif
FUNCTION number modulo(number a, number b) {
  const number rest = fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

FUNCTION number binary_of(int f, number a, number b) {
  switch (f) {
    case B_ADD: return PLUS(a, b);
    case B_SUB: return LESS_BY(a, b);
    case B_MUL: return TIMES(a, b);
    case B_DIV: return OVER(a, b);
    case B_POW: return pow(a, b);
    case B_MOD: return modulo(a, b);
    case B_REMAINDER: return fmod(a, b);
    case B_MIN: return a != a ? a : b < a || b != b ? b : a;
    case B_MAX: return a != a ? a : b > a || b != b ? b : a;
    default: return a < 0 ? TIMES(a, b) : a; /* B_PRELU */
  }
}
#else
/* Division by zero gives 0; that by -1 is a negation, since the least number has no quotient. */
FUNCTION number quotient(number a, number b) {
#ifdef NUMBER_SIGNED
  if (b == -1) {
    return (number)(0 - (u64)a);
  }
#endif
  return b == 0 ? 0 : a / (b == 0 ? 1 : b);
}

FUNCTION number remainder_of(number a, number b) {
#ifdef NUMBER_SIGNED
  if (b == -1) {
    return 0;
  }
#endif
  return b == 0 ? 0 : a % (b == 0 ? 1 : b);
}

FUNCTION number modulo(number a, number b) {
  const number rest = remainder_of(a, b);
#ifdef NUMBER_SIGNED
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
#else
  return rest;
#endif
}

/* By squaring; a negative exponent gives the truncated reciprocal. */
FUNCTION number power(number a, number b) {
#ifdef NUMBER_SIGNED
  if (b < 0) {
    return a == 1 ? 1 : a == -1 ? ((b & 1) == 0 ? 1 : -1) : 0;
  }
#endif
  u64 result = 1;
  u64 square = (u64)a;
  for (u64 rest = (u64)b; rest != 0; rest >>= 1) {
    result = (rest & 1) != 0 ? result * square : result;
    square *= square;
  }
  return (number)result;
}

FUNCTION number binary_of(int f, number a, number b) {
  switch (f) {
    case B_ADD: return (number)((u64)a + (u64)b);
    case B_SUB: return (number)((u64)a - (u64)b);
    case B_MUL: return (number)((u64)a * (u64)b);
    case B_DIV: return quotient(a, b);
    case B_POW: return power(a, b);
    case B_MOD: return modulo(a, b);
    case B_REMAINDER: return remainder_of(a, b);
    case B_MIN: return a < b ? a : b;
    case B_MAX: return a < b ? b : a;
    case B_AND:
    case B_BITWISE_AND: return a & b;
    case B_OR:
    case B_BITWISE_OR: return a | b;
    case B_XOR:
    case B_BITWISE_XOR: return a ^ b;
    case B_SHIFT_LEFT: return (u64)b > 63 ? 0 : (number)((u64)a << (b & 63));
    case B_SHIFT_RIGHT: return (u64)b > 63 ? 0 : (number)((u64)a >> (b & 63));
#ifdef NUMBER_SIGNED
    default: return a < 0 ? (number)((u64)a * (u64)b) : a; /* B_PRELU */
#else
    default: return a;
#endif
  }
}
#endif
