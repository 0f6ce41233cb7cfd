/* Pooling; X is F32, F16, U8 or I8. One work item for each window. */
KERNEL(pool_max)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *g, int items, int pixels,
                 int inPixels, int taps, float lowest) {
  const int i = ITEM;
  if (i < items) {
    const int base = i / pixels * inPixels;
    float best = lowest;
    TAPS(g, i % pixels)
      const float v = LOAD(X, x, base + at);
      best = v > best || v != v ? v : best;
    END_TAPS
    STORE(X, y, i, best);
  }
}

KERNEL(pool_average)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *g, CONST int *padded,
                     int items, int pixels, int inPixels, int taps) {
  const int i = ITEM;
  if (i < items) {
    const int base = i / pixels * inPixels;
    float sum = 0.0f;
    int count = 0;
    for (int tap = 0; tap < taps; tap++) {
      const int at = window_at(g, i % pixels, tap);
      if (at >= 0) {
        sum += LOAD(X, x, base + at);
      }
      count += window_at(padded, i % pixels, tap) >= 0 ? 1 : 0;
    }
    STORE(X, y, i, count == 0 ? 0.0f : sum / (float)count);
  }
}

/* Maxima with their places in x, or -1; t = axes and their extents where the first is to be fastest,
   0 axes where the last is. */
KERNEL(pool_places)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, GLOBAL i64 *places, CONST int *g,
                    CONST int *t, int items, int pixels, int inPixels, float lowest) {
  const int i = ITEM;
  if (i < items) {
    const int base = i / pixels * inPixels;
    float best = lowest;
    int where = -1;
    TAPS(g, i % pixels)
      const float v = LOAD(X, x, base + at);
      if (where < 0 || v > best || (v != v && best == best)) {
        best = v;
        where = at;
      }
    END_TAPS
    int number = where;
    if (t[0] > 0 && where >= 0) {
      int rest = where;
      int size = inPixels;
      number = 0;
      for (int d = t[0] - 1; d >= 0; d--) {
        size /= t[1 + d];
        number += rest % t[1 + d] * size;
        rest /= t[1 + d];
      }
    }
    if (y) {
      STORE(X, y, i, best);
    }
    if (places) {
      places[i] = where < 0 ? -1 : base + number;
    }
  }
}

/* The p-th root of the sum of p-th powers. */
KERNEL(pool_norm)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *g, int items, int pixels,
                  int inPixels, float p) {
  const int i = ITEM;
  if (i < items) {
    const int base = i / pixels * inPixels;
    float sum = 0.0f;
    TAPS(g, i % pixels)
      sum += pow(fabs(LOAD(X, x, base + at)), p);
    END_TAPS
    STORE(X, y, i, pow(sum, 1.0f / p));
  }
}
