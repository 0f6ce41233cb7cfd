/* Updates that meet what is in y, which holds a copy of x. Updates that may meet the same element are
   one work item's, which takes them in order, so that the result is the same on every device. */
FUNCTION void meet(GLOBAL TYPE(X) *y, int place, CONST TYPE(X) *updates, int update) {
#ifdef FUNCTION_OF_BOTH
  PUT(y, place, binary_of(FUNCTION_OF_BOTH, GET(y, place), GET(updates, update)));
#else
  y[place] = updates[update];
#endif
}

/* A work item is an element of slices, which it takes tuple after tuple; t = length of a tuple and
   the extents it picks from. */
KERNEL(scatter)(CONST TYPE(INDEX) *indices, CONST TYPE(X) *updates, GLOBAL TYPE(X) *y,
                CONST int *t, GLOBAL int *fault, int slice, int tuples) {
  const int i = ITEM;
  if (i < slice) {
    for (int tuple = 0; tuple < tuples; tuple++) {
      int place = 0;
      for (int d = 0; d < t[0]; d++) {
        const i64 index = (i64)indices[tuple * t[0] + d];
        if (index < -t[1 + d] || index >= t[1 + d]) {
          fault[0] = 1;
          return;
        }
        place = place * t[1 + d] + (int)(index < 0 ? index + t[1 + d] : index);
      }
      meet(y, place * slice + i, updates, tuple * slice + i);
    }
  }
}

/* A work item is a line along the axis; t = rank, extents and strides of the indices with the axis
   left out, strides of y. */
KERNEL(scatter_elements)(CONST TYPE(INDEX) *indices, CONST TYPE(X) *updates, GLOBAL TYPE(X) *y,
                         CONST int *t, GLOBAL int *fault, int lines, int count, int step,
                         int extent, int stride) {
  const int line = ITEM;
  if (line < lines) {
    int from = 0;
    int to = 0;
    int rest = line;
    for (int d = t[0] - 1; d >= 0; d--) {
      const int next = rest / t[1 + d];
      from += (rest - next * t[1 + d]) * t[1 + t[0] + d];
      to += (rest - next * t[1 + d]) * t[1 + 2 * t[0] + d];
      rest = next;
    }
    for (int j = 0; j < count; j++) {
      const i64 index = (i64)indices[from + j * step];
      if (index < -extent || index >= extent) {
        fault[0] = 1;
        return;
      }
      meet(y, to + (int)(index < 0 ? index + extent : index) * stride, updates, from + j * step);
    }
  }
}
