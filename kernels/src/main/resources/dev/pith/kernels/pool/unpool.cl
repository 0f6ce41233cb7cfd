/* What undoes a max pool, in three launches: no element of y has an owner; the last of those that
   name it is its owner; it has its owner's value, or zero. */
KERNEL(unpool_clear)(GLOBAL int *owners, int items) {
  const int i = ITEM;
  if (i < items) {
    owners[i] = -1;
  }
}

/* t = rank, extents that indices count in, extents of y. */
KERNEL(unpool_own)(CONST i64 *indices, GLOBAL int *owners, CONST int *t, GLOBAL int *fault,
                   int items, int indexed) {
  const int i = ITEM;
  if (i < items) {
    const i64 index = indices[i];
    if (index < 0 || index >= indexed) {
      fault[0] = 1;
      return;
    }
    int rest = (int)index;
    int at = 0;
    int size = 1;
    for (int d = t[0] - 1; d >= 0; d--) {
      const int next = rest / t[1 + d];
      const int coordinate = rest - next * t[1 + d];
      const int extent = t[1 + t[0] + d];
      if (coordinate >= extent) {
        fault[0] = 1;
        return;
      }
      at += coordinate * size;
      size *= extent;
      rest = next;
    }
    ATOMIC_MAX(owners + at, i);
  }
}

KERNEL(unpool_values)(CONST TYPE(X) *x, CONST int *owners, GLOBAL TYPE(X) *y, int items) {
  const int i = ITEM;
  if (i < items) {
    y[i] = owners[i] < 0 ? (TYPE(X))0 : x[owners[i]];
  }
}
