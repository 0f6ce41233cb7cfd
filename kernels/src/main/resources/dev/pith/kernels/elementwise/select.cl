/* One of two elements of type X, whose bits are not looked at. */
KERNEL(choose)(CONST u8 *condition, CONST TYPE(X) *a, CONST TYPE(X) *b, GLOBAL TYPE(X) *y,
               CONST int *t, int items) {
  const int i = ITEM;
  if (i < items) {
    y[i] = condition[broadcast_at(t, i, 0)] != 0 ? a[broadcast_at(t, i, 1)]
                                                 : b[broadcast_at(t, i, 2)];
  }
}
