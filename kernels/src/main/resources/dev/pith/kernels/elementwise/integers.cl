/* Functions of one integer or truth value, one work item for each element. */
KERNEL(unary_integer)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int items, int f, float alpha,
                      float beta) {
  const int i = ITEM;
  if (i < items) {
    const number v = GET(x, i);
    number w = v;
    switch (f) {
      case F_NEG: w = (number)(0 - (u64)v); break;
      case F_BITWISE_NOT: w = ~v; break;
      case F_NOT: w = v == 0; break;
      case F_SIGN: w = (number)((v > 0) - (v < 0)); break;
      case F_ABS: w = v < 0 ? (number)(0 - (u64)v) : v; break;
      case F_SHRINK:
        w = (number)((float)v < -alpha ? (float)v + beta : (float)v > alpha ? (float)v - beta : 0.0f);
        break;
      default: w = v < 0 ? 0 : v; break; /* F_RELU */
    }
    PUT(y, i, w);
  }
}
