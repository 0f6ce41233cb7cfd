/* Reductions of floats; X is F32 or F16. */
FUNCTION int offset_of(CONST int *t, int number) {
  int at = 0;
  for (int d = t[0] - 1; d >= 0; d--) {
    const int rest = number / t[1 + d];
    at += (number - rest * t[1 + d]) * t[1 + t[0] + d];
    number = rest;
  }
  return at;
}

FUNCTION float combine(int f, float y, float v) {
  switch (f) {
    case R_MAX: return y != y ? y : v > y || v != v ? v : y;
    case R_MIN: return y != y ? y : v < y || v != v ? v : y;
    case R_PROD: return y * v;
    case R_L1: return y + fabs(v);
    case R_L2:
    case R_SUM_SQUARE: return FMA(v, v, y);
    default: return y + v;
  }
}

/* One group for each output: lanes take every 64th element, then their results are combined in a
   fixed order. kept and along = axes, extents, strides of the axes that stay and that go. */
KERNEL(reduce)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *kept, CONST int *along, int count,
               int f, float start) {
  LOCAL float part[64];
  const int lane = LANE;
  const int base = offset_of(kept, GROUP);
  float v = start;
  for (int i = lane; i < count; i += 64) {
    v = combine(f, v, LOAD(X, x, base + offset_of(along, i)));
  }
  part[lane] = v;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      /* partial sums of squares or magnitudes are not squared again */
      const int g = f == R_L1 || f == R_L2 || f == R_SUM_SQUARE ? R_SUM : f;
      part[lane] = combine(g, part[lane], part[lane + step]);
    }
    SYNC();
  }
  if (lane == 0) {
    const float all = part[0];
    STORE(X, y, GROUP,
          f == R_MEAN ? all / (float)count
          : f == R_L2 ? sqrt(all)
          : f == R_LOG_SUM ? log(all)
                           : all);
  }
}

/* softmax or its logarithm of rows whose elements lie `inner` apart: one group for each row. */
KERNEL(softmax)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int n, int inner, int logarithm) {
  LOCAL float part[64];
  const int lane = LANE;
  const int base = GROUP / inner * n * inner + GROUP % inner;
  float most = LOWEST;
  for (int i = lane; i < n; i += 64) {
    const float v = LOAD(X, x, base + i * inner);
    most = v > most || v != v ? v : most;
  }
  part[lane] = most;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      part[lane] = combine(R_MAX, part[lane], part[lane + step]);
    }
    SYNC();
  }
  most = part[0];
  SYNC();
  float sum = 0.0f;
  for (int i = lane; i < n; i += 64) {
    sum += exp(LOAD(X, x, base + i * inner) - most);
  }
  part[lane] = sum;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      part[lane] += part[lane + step];
    }
    SYNC();
  }
  sum = part[0];
  for (int i = lane; i < n; i += 64) {
    const float v = LOAD(X, x, base + i * inner) - most;
    STORE(X, y, base + i * inner, logarithm ? v - log(sum) : exp(v) / sum);
  }
}
