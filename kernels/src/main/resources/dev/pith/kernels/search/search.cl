/* Places of the largest or smallest elements along an axis, whose elements lie `inner` apart. */

/* Whether element a is the better one; of equals `last` says. */
FUNCTION int better(number p, int a, number q, int b, int largest, int last) {
  const int order = largest ? order_of(p, q) : order_of(q, p);
  return order > 0 || (order == 0 && (last ? a > b : a < b));
}

/* A group for each row: lanes take every 64th element, then halves meet. */
KERNEL(arg_reduce)(CONST TYPE(X) *x, GLOBAL i64 *y, int n, int inner, int largest, int last) {
  LOCAL int best[64];
  const int lane = LANE;
  const int base = GROUP / inner * n * inner + GROUP % inner;
  int place = lane < n ? lane : 0;
  for (int i = lane + 64; i < n; i += 64) {
    place = better(GET(x, base + i * inner), i, GET(x, base + place * inner), place, largest, last)
                ? i
                : place;
  }
  best[lane] = place;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      const int a = best[lane];
      const int b = best[lane + step];
      best[lane] =
          better(GET(x, base + b * inner), b, GET(x, base + a * inner), a, largest, last) ? b : a;
    }
    SYNC();
  }
  if (lane == 0) {
    y[GROUP] = best[0];
  }
}

/* A work item for each element: its rank is the number of elements that come before it. */
KERNEL(top_k)(CONST TYPE(X) *x, GLOBAL TYPE(X) *values, GLOBAL i64 *places, int items, int n,
              int inner, int k, int largest) {
  const int item = ITEM;
  if (item < items) {
    const int i = item / inner % n;
    const int row = item / inner / n;
    const int base = row * n * inner + item % inner;
    const number v = GET(x, item);
    int rank = 0;
    for (int j = 0; j < n; j++) {
      rank += better(GET(x, base + j * inner), j, v, i, largest, 0);
    }
    if (rank < k) {
      const int to = (row * k + rank) * inner + item % inner;
      if (values) {
        values[to] = x[item];
      }
      if (places) {
        places[to] = i;
      }
    }
  }
}
