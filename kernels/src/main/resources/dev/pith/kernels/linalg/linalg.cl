/* Sums of products over labelled axes, one work item for each output; up to four inputs. t = labels,
   their extents, for each input the distance between neighbours along each label. */
FUNCTION int label_offset(CONST int *t, int input, int from, int to, int item) {
  CONST int *strides = t + 1 + t[0] * (1 + input);
  int at = 0;
  for (int d = to - 1; d >= from; d--) {
    const int rest = item / t[1 + d];
    at += (item - rest * t[1 + d]) * strides[d];
    item = rest;
  }
  return at;
}

#define FACTOR(i, p)                                                              \
  if (i < inputs) {                                                               \
    product *= GET(p, label_offset(t, i, 0, kept, item) +                         \
                          label_offset(t, i, kept, t[0], j));                     \
  }

KERNEL(einsum)(CONST TYPE(X) *a, CONST TYPE(X) *b, CONST TYPE(X) *c, CONST TYPE(X) *d,
               GLOBAL TYPE(X) *y, CONST int *t, int items, int inputs, int kept, int summed) {
  const int item = ITEM;
  if (item < items) {
    number sum = 0;
    for (int j = 0; j < summed; j++) {
      number product = 1;
      FACTOR(0, a)
      FACTOR(1, b)
      FACTOR(2, c)
      FACTOR(3, d)
      sum += product;
    }
    PUT(y, item, sum);
  }
}

#ifdef NUMBER_REAL
/* By elimination with the largest pivot in a copy; one work item for each matrix. */
KERNEL(determinant)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, GLOBAL float *copies, int items, int n) {
  const int item = ITEM;
  if (item < items) {
    GLOBAL float *m = copies + item * n * n;
    for (int i = 0; i < n * n; i++) {
      m[i] = LOAD(X, x, item * n * n + i);
    }
    float result = 1.0f;
    for (int k = 0; k < n && result != 0.0f; k++) {
      int pivot = k;
      for (int row = k + 1; row < n; row++) {
        pivot = fabs(m[row * n + k]) > fabs(m[pivot * n + k]) ? row : pivot;
      }
      const float divisor = m[pivot * n + k];
      result *= pivot == k ? divisor : -divisor;
      for (int column = k; column < n; column++) {
        const float swapped = m[pivot * n + column];
        m[pivot * n + column] = m[k * n + column];
        m[k * n + column] = swapped;
      }
      for (int row = k + 1; row < n; row++) {
        const float factor = divisor == 0.0f ? 0.0f : m[row * n + k] / divisor;
        for (int column = k; column < n; column++) {
          m[row * n + column] -= factor * m[k * n + column];
        }
      }
    }
    STORE(X, y, item, result);
  }
}
#endif
