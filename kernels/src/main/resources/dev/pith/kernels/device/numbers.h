/* Elements of any type X and what they are computed in: `number` is a float for F32, F16 and BF16, a
   double for F64, 64 bits with or without a sign for integers and truth values. Follows prelude.h;
   the host defines NUMBER_REAL, NUMBER_DOUBLE, NUMBER_SIGNED or NUMBER_UNSIGNED. */
#if defined(NUMBER_DOUBLE)
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
typedef double number;
#elif defined(NUMBER_REAL)
typedef float number;
#elif defined(NUMBER_UNSIGNED)
typedef u64 number;
#else
typedef i64 number;
#endif

#ifdef NUMBER_REAL
#define GET(p, i) LOAD(X, p, i)
#define PUT(p, i, v) STORE(X, p, i, v)
#else
#define GET(p, i) ((number)(p)[i])
#define PUT(p, i, v) ((p)[i] = (TYPE(X))(v))
#endif

#if defined(NUMBER_REAL) || defined(NUMBER_DOUBLE)
#define MULTIPLY_ADD(a, b, c) fma((a), (b), (c))
/* Negative where a comes before b; NaN comes behind every number. */
FUNCTION int order_of(number a, number b) {
  return a < b ? -1 : a > b ? 1 : a == b ? 0 : (a != a) - (b != b);
}
#else
#define MULTIPLY_ADD(a, b, c) ((number)((u64)(a) * (u64)(b) + (u64)(c)))
FUNCTION int order_of(number a, number b) { return a < b ? -1 : a > b ? 1 : 0; }
#endif
