/* Linear layers of floats; types as in convolutions. A group computes one feature of up to four
   rows of x: lanes share the feature's weights; their sums are added in a fixed order. */
#define TILE 4

#ifndef SPARSE
KERNEL(linear)(CONST TYPE(X) *x, CONST TYPE(W) *w, CONST float *scale, CONST TYPE(X) *bias,
               CONST TYPE(X) *residual, GLOBAL TYPE(X) *y, int m, int n, int k, int hasBias,
               int hasResidual, float alpha, float beta)
#else
KERNEL(linear_sparse)(CONST TYPE(X) *x, CONST TYPE(W) *values, CONST int *offsets,
                      CONST TYPE(INDEX) *blocks, int blockRows, int blockColumns,
                      CONST float *scale, CONST TYPE(X) *bias, CONST TYPE(X) *residual,
                      GLOBAL TYPE(X) *y, int m, int n, int k, int hasBias, int hasResidual,
                      float alpha, float beta)
#endif
{
  LOCAL float part[TILE][64];
  const int lane = LANE;
  const int feature = GROUP % n;
  const int first = GROUP / n * TILE;
  float sum[TILE];
  for (int r = 0; r < TILE; r++) {
    sum[r] = 0.0f;
  }
#ifndef SPARSE
  for (int c = lane; c < k; c += 64) {
    const float weight = LOAD(W, w, feature * k + c);
    for (int r = 0; r < TILE; r++) {
      if (first + r < m) {
        sum[r] = FMA(weight, LOAD(X, x, (first + r) * k + c), sum[r]);
      }
    }
  }
#else
  const int end = offsets[feature / blockRows + 1];
  for (int b = offsets[feature / blockRows] + lane; b < end; b += 64) {
    const int value = (b * blockRows + feature % blockRows) * blockColumns;
    for (int c = 0; c < blockColumns; c++) {
      const int column = (int)blocks[b] * blockColumns + c;
      for (int r = 0; r < TILE; r++) {
        if (column < k && first + r < m) {
          sum[r] = FMA(LOAD(W, values, value + c), LOAD(X, x, (first + r) * k + column), sum[r]);
        }
      }
    }
  }
#endif
  for (int r = 0; r < TILE; r++) {
    part[r][lane] = sum[r];
  }
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      for (int r = 0; r < TILE; r++) {
        part[r][lane] += part[r][lane + step];
      }
    }
    SYNC();
  }
  if (lane < TILE && first + lane < m) {
    const int at = (first + lane) * n + feature;
    float v = part[lane][0] * (scale ? scale[feature] : 1.0f);
    if (hasBias) {
      v += LOAD(X, bias, feature);
    }
    if (hasResidual) {
      v += LOAD(X, residual, at);
    }
#ifdef ACTIVATION
    v = function_of(ACTIVATION, v, alpha, beta);
#endif
    STORE(X, y, at, v);
  }
}
