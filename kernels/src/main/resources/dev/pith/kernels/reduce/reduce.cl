/* Reductions of numbers. */
FUNCTION int offset_of(CONST int *t, int number) {
  int at = 0;
  for (int d = t[0] - 1; d >= 0; d--) {
    const int rest = number / t[1 + d];
    at += (number - rest * t[1 + d]) * t[1 + t[0] + d];
    number = rest;
  }
  return at;
}

FUNCTION number combine(int f, number y, number v) {
  switch (f) {
    case R_MAX: return y != y ? y : v > y || v != v ? v : y;
    case R_MIN: return y != y ? y : v < y || v != v ? v : y;
    case R_PROD: return y * v;
    case R_L1: return y + (v < 0 ? -v : v);
    case R_L2:
    case R_SUM_SQUARE: return v * v + y;
    default: return y + v;
  }
}

/* What is left to do with what all elements gave together. */
FUNCTION number finished(int f, number all, int count) {
  switch (f) {
    case R_MEAN: return all / (number)(count == 0 ? 1 : count);
#if defined(NUMBER_REAL) || defined(NUMBER_DOUBLE)
    case R_L2: return sqrt(all);
    case R_LOG_SUM: return log(all);
#else
    case R_L2: return (number)sqrt((float)all);
    case R_LOG_SUM: return (number)log((float)all);
#endif
    default: return all;
  }
}

FUNCTION number all_of(LOCALS number *part, int f, int lane, number v) {
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
  const number all = part[0];
  SYNC();
  return all;
}

/* One group for each output: lanes take every 64th element, then their results are combined in a
   fixed order. kept and along = axes, extents, strides of the axes that stay and that go; start is
   the number that leaves others as they are. */
KERNEL(reduce)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *kept, CONST int *along, int count,
               int f, float start) {
  LOCAL number part[64];
  const int lane = LANE;
  const int base = offset_of(kept, GROUP);
#if defined(NUMBER_REAL) || defined(NUMBER_DOUBLE)
  number v = (number)start;
#else
  /* no float is the least or the largest of 64 bits */
  number v = (f == R_MAX || f == R_MIN) && count > 0 ? GET(x, base + offset_of(along, 0))
                                                     : (number)start;
#endif
  for (int i = lane; i < count; i += 64) {
    v = combine(f, v, GET(x, base + offset_of(along, i)));
  }
  const number all = all_of(part, f, lane, v);
  if (lane == 0) {
    PUT(y, GROUP, finished(f, all, count));
  }
}

#if defined(NUMBER_REAL) || defined(NUMBER_DOUBLE)
/* The logarithm of the sum of exponentials, taken from the largest on so that none overflows. */
KERNEL(log_sum_exp)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *kept, CONST int *along,
                    int count) {
  LOCAL number part[64];
  const int lane = LANE;
  const int base = offset_of(kept, GROUP);
  number most = (number)LOWEST;
  for (int i = lane; i < count; i += 64) {
    most = combine(R_MAX, most, GET(x, base + offset_of(along, i)));
  }
  most = all_of(part, R_MAX, lane, most);
  const number shift = most - most == 0 ? most : 0; /* 0 where it is infinite or there is none */
  number sum = 0;
  for (int i = lane; i < count; i += 64) {
    sum += exp(GET(x, base + offset_of(along, i)) - shift);
  }
  const number all = all_of(part, R_SUM, lane, sum);
  if (lane == 0) {
    PUT(y, GROUP, log(all) + shift);
  }
}
#endif

#if defined(NUMBER_REAL) || defined(NUMBER_DOUBLE)
/* softmax or its logarithm of rows whose elements lie `inner` apart: one group for each row. */
KERNEL(softmax)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int n, int inner, int logarithm) {
  LOCAL number part[64];
  const int lane = LANE;
  const int base = GROUP / inner * n * inner + GROUP % inner;
  number most = (number)LOWEST;
  for (int i = lane; i < n; i += 64) {
    const number v = GET(x, base + i * inner);
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
  number sum = 0;
  for (int i = lane; i < n; i += 64) {
    sum += exp(GET(x, base + i * inner) - most);
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
    const number v = GET(x, base + i * inner) - most;
    PUT(y, base + i * inner, logarithm ? v - log(sum) : exp(v) / sum);
  }
}

/* 1 at the first of a row's largest, 0 elsewhere: one group for each row. */
KERNEL(hardmax)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int n, int inner) {
  LOCAL int best[64];
  const int lane = LANE;
  const int base = GROUP / inner * n * inner + GROUP % inner;
  int place = lane < n ? lane : 0;
  for (int i = lane + 64; i < n; i += 64) {
    const int order = order_of(GET(x, base + i * inner), GET(x, base + place * inner));
    place = order > 0 ? i : place;
  }
  best[lane] = place;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      const int a = best[lane];
      const int b = best[lane + step];
      const int order = order_of(GET(x, base + b * inner), GET(x, base + a * inner));
      best[lane] = order > 0 || (order == 0 && b < a) ? b : a;
    }
    SYNC();
  }
  for (int i = lane; i < n; i += 64) {
    PUT(y, base + i * inner, i == best[0] ? (number)1 : (number)0);
  }
}
#endif
