/* int8 linear layers; OUTPUT is U8 (for both 8-bit types) or F32. A group computes one feature of up to four rows: its
   lanes share the feature's weights, so that each is read once for four rows, and add their sums
   in local memory. Integer sums are exact in any order. */
#define TILE 4

FUNCTION void store_sum(GLOBAL TYPE(OUTPUT) *y, int at, int sum, float scale, int zero, int low,
                        int high) {
  const float v = MUL((float)sum, scale);
#ifdef QUANTIZED_OUTPUT
  STORE(OUTPUT, y, at, quantized(v, zero, low, high));
#else
  y[at] = v;
#endif
}

#ifndef SPARSE
KERNEL(q_linear)(CONST u8 *x, CONST i8 *w, CONST float *scale, CONST int *bias,
                 GLOBAL TYPE(OUTPUT) *y, int m, int n, int k, int hasBias, int zx, int zy, int low,
                 int high)
#else
KERNEL(q_linear_sparse)(CONST u8 *x, CONST i8 *values, CONST int *offsets,
                        CONST TYPE(INDEX) *blocks, int blockRows,
                        int blockColumns, CONST float *scale, CONST int *bias,
                        GLOBAL TYPE(OUTPUT) *y, int m, int n, int k, int hasBias, int zx, int zy,
                        int low, int high)
#endif
{
  LOCAL int part[TILE][64];
  const int lane = LANE;
  const int feature = GROUP % n;
  const int first = GROUP / n * TILE;
  int sum[TILE];
  for (int r = 0; r < TILE; r++) {
    sum[r] = 0;
  }
#ifndef SPARSE
  CONST i8 *row = w + feature * k;
  for (int c = lane; c < k; c += 64) {
    const int weight = row[c];
    for (int r = 0; r < TILE; r++) {
      if (first + r < m) {
        sum[r] += weight * ((int)x[(first + r) * k + c] - zx);
      }
    }
  }
#else
  const int end = offsets[feature / blockRows + 1];
  for (int b = offsets[feature / blockRows] + lane; b < end; b += 64) {
    CONST i8 *value = values + (b * blockRows + feature % blockRows) * blockColumns;
    for (int c = 0; c < blockColumns; c++) {
      const int column = (int)blocks[b] * blockColumns + c;
      for (int r = 0; r < TILE; r++) {
        if (column < k && first + r < m) {
          sum[r] += (int)value[c] * ((int)x[(first + r) * k + column] - zx);
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
    const int total = part[lane][0] + (hasBias ? bias[feature] : 0);
    store_sum(y, (first + lane) * n + feature, total, scale[feature], zy, low, high);
  }
}
