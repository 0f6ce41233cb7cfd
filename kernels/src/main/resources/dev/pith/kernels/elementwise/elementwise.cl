/* Unary and binary functions of floats; X is F32 or F16. One work item for each output element. */
KERNEL(unary)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int items, int f, float alpha, float beta) {
  const int i = ITEM;
  if (i < items) {
    STORE(X, y, i, function_of(f, LOAD(X, x, i), alpha, beta));
  }
}

FUNCTION float modulo(float a, float b) {
  const float rest = fmod(a, b);
  return rest != 0.0f && (rest < 0.0f) != (b < 0.0f) ? rest + b : rest;
}

FUNCTION float binary_of(int f, float a, float b) {
  switch (f) {
    case B_ADD: return ADD(a, b);
    case B_SUB: return SUB(a, b);
    case B_MUL: return MUL(a, b);
    case B_DIV: return DIV(a, b);
    case B_POW: return pow(a, b);
    case B_MOD: return modulo(a, b);
    case B_REMAINDER: return fmod(a, b);
    case B_MIN: return a != a ? a : b < a || b != b ? b : a;
    case B_MAX: return a != a ? a : b > a || b != b ? b : a;
    default: return a < 0.0f ? MUL(a, b) : a; /* B_PRELU */
  }
}

KERNEL(binary)(CONST TYPE(X) *a, CONST TYPE(X) *b, GLOBAL TYPE(X) *y, CONST int *t, int items,
               int f) {
  const int i = ITEM;
  if (i < items) {
    const float p = LOAD(X, a, broadcast_at(t, i, 0));
    const float q = LOAD(X, b, broadcast_at(t, i, 1));
    STORE(X, y, i, binary_of(f, p, q));
  }
}

KERNEL(compare)(CONST TYPE(X) *a, CONST TYPE(X) *b, GLOBAL u8 *y, CONST int *t, int items, int f) {
  const int i = ITEM;
  if (i < items) {
    const float p = LOAD(X, a, broadcast_at(t, i, 0));
    const float q = LOAD(X, b, broadcast_at(t, i, 1));
    y[i] = (u8)(f == B_EQUAL ? p == q
                : f == B_LESS ? p < q
                : f == B_GREATER ? p > q
                : f == B_LESS_OR_EQUAL ? p <= q
                                       : p >= q);
  }
}
