/* Elements of type X are moved; their bits are not looked at. */

/* A strided copy; t = axes, extents, strides of the source, strides of the target. */
KERNEL(copy)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *t, int items, int from, int to,
             int zero) {
  int i = ITEM;
  if (i < items) {
    const int axes = t[0];
    int source = from;
    int target = to;
    for (int d = axes - 1; d >= 0; d--) {
      const int rest = i / t[1 + d];
      const int at = i - rest * t[1 + d];
      source += at * t[1 + axes + d];
      target += at * t[1 + 2 * axes + d];
      i = rest;
    }
    y[target] = zero ? (TYPE(X))0 : x[source];
  }
}

/* Slices named by tuples of indices; t = length of a tuple, extents it picks from. */
KERNEL(gather)(CONST TYPE(X) *x, CONST TYPE(INDEX) *indices, GLOBAL TYPE(X) *y, CONST int *t,
               GLOBAL int *fault, int items, int slice, int tuples, int places, int shared) {
  const int i = ITEM;
  if (i < items) {
    const int batch = i / slice / tuples;
    const int tuple = shared ? i / slice % tuples : i / slice;
    int place = 0;
    for (int d = 0; d < t[0]; d++) {
      const i64 index = (i64)indices[tuple * t[0] + d];
      if (index < -t[1 + d] || index >= t[1 + d]) {
        fault[0] = 1;
        return;
      }
      place = place * t[1 + d] + (int)(index < 0 ? index + t[1 + d] : index);
    }
    y[i] = x[(batch * places + place) * slice + i % slice];
  }
}

/* The element at i's coordinates, the one along `axis` replaced by its index; t = rank, extents of
   the indices, strides of x. */
KERNEL(gather_elements)(CONST TYPE(X) *x, CONST TYPE(INDEX) *indices, GLOBAL TYPE(X) *y,
                        CONST int *t, GLOBAL int *fault, int items, int axis, int extent) {
  const int i = ITEM;
  if (i < items) {
    const i64 index = (i64)indices[i];
    if (index < -extent || index >= extent) {
      fault[0] = 1;
      return;
    }
    int place = (int)(index < 0 ? index + extent : index) * t[1 + t[0] + axis];
    int rest = i;
    for (int d = t[0] - 1; d >= 0; d--) {
      const int next = rest / t[1 + d];
      place += d == axis ? 0 : (rest - next * t[1 + d]) * t[1 + t[0] + d];
      rest = next;
    }
    y[i] = x[place];
  }
}

/* The first lengths[b] positions of a sequence in reverse order. */
KERNEL(reverse)(CONST TYPE(X) *x, CONST i64 *lengths, GLOBAL TYPE(X) *y, GLOBAL int *fault,
                int items, int batches, int batchStride, int times, int timeStride) {
  const int i = ITEM;
  if (i < items) {
    const int time = i / timeStride % times;
    const i64 length = lengths[i / batchStride % batches];
    if (length < 0 || length > times) {
      fault[0] = 1;
      return;
    }
    y[i] = x[time < length ? i + ((int)length - 1 - 2 * time) * timeStride : i];
  }
}
