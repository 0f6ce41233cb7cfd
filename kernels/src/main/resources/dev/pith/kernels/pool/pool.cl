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
