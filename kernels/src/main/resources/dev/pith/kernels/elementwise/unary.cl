/* Functions of one real number, one work item for each element. */
KERNEL(unary)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int items, int f, float alpha, float beta) {
  const int i = ITEM;
  if (i < items) {
    PUT(y, i, function_of(f, GET(x, i), alpha, beta));
  }
}

/* Whether an element is no number, or infinite: below zero where alpha, above where beta is not 0. */
KERNEL(classify)(CONST TYPE(X) *x, GLOBAL u8 *y, int items, int f, float alpha, float beta) {
  const int i = ITEM;
  if (i < items) {
    const number v = GET(x, i);
    y[i] = (u8)(f == F_IS_NAN ? v != v : (v == LOWEST && alpha != 0) || (v == -LOWEST && beta != 0));
  }
}
