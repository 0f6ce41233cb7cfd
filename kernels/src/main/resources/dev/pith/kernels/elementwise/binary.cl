/* Functions of two numbers, one work item for each output element. */
KERNEL(binary)(CONST TYPE(X) *a, CONST TYPE(X) *b, GLOBAL TYPE(X) *y, CONST int *t, int items,
               int f) {
  const int i = ITEM;
  if (i < items) {
    PUT(y, i, binary_of(f, GET(a, broadcast_at(t, i, 0)), GET(b, broadcast_at(t, i, 1))));
  }
}

KERNEL(compare)(CONST TYPE(X) *a, CONST TYPE(X) *b, GLOBAL u8 *y, CONST int *t, int items, int f) {
  const int i = ITEM;
  if (i < items) {
    const number p = GET(a, broadcast_at(t, i, 0));
    const number q = GET(b, broadcast_at(t, i, 1));
    y[i] = (u8)(f == B_EQUAL ? p == q
                : f == B_LESS ? p < q
                : f == B_GREATER ? p > q
                : f == B_LESS_OR_EQUAL ? p <= q
                                       : p >= q);
  }
}
