/* Normalization; X is F32 or F16. */
FUNCTION float total(LOCALS float *part, int lane, float v) {
  part[lane] = v;
  SYNC();
  for (int step = 32; step > 0; step >>= 1) {
    if (lane < step) {
      part[lane] += part[lane + step];
    }
    SYNC();
  }
  const float all = part[0];
  SYNC();
  return all;
}

/* Rows by their own moments: one group for each row. */
KERNEL(normalize_rows)(CONST TYPE(X) *x, CONST TYPE(X) *scale, CONST TYPE(X) *bias,
                       GLOBAL TYPE(X) *y, GLOBAL float *means, GLOBAL float *inverses,
                       int columns, int channels, int inner, int centered, int hasScale,
                       int hasBias, float epsilon) {
  LOCAL float part[64];
  const int lane = LANE;
  const int base = GROUP * columns;
  float mean = 0.0f;
  if (centered) {
    float sum = 0.0f;
    for (int i = lane; i < columns; i += 64) {
      sum += LOAD(X, x, base + i);
    }
    mean = total(part, lane, sum) / (float)columns;
  }
  float squares = 0.0f;
  for (int i = lane; i < columns; i += 64) {
    const float v = LOAD(X, x, base + i) - mean;
    squares = FMA(v, v, squares);
  }
  const float inverse = 1.0f / sqrt(total(part, lane, squares) / (float)columns + epsilon);
  if (lane == 0) {
    if (means) {
      means[GROUP] = mean;
    }
    if (inverses) {
      inverses[GROUP] = inverse;
    }
  }
  for (int i = lane; i < columns; i += 64) {
    const int channel = (base + i) / inner % channels;
    float v = (LOAD(X, x, base + i) - mean) * inverse;
    v = hasScale ? v * LOAD(X, scale, channel) : v;
    STORE(X, y, base + i, hasBias ? v + LOAD(X, bias, channel) : v);
  }
}

/* Channels by stored moments, of type P. */
KERNEL(batch_norm)(CONST TYPE(X) *x, CONST TYPE(P) *scale, CONST TYPE(P) *bias,
                   CONST TYPE(P) *mean, CONST TYPE(P) *variance, GLOBAL TYPE(X) *y, int items,
                   int channels, int inner, float epsilon) {
  const int i = ITEM;
  if (i < items) {
    const int c = i / inner % channels;
    const float factor = LOAD(P, scale, c) / sqrt(LOAD(P, variance, c) + epsilon);
    STORE(X, y, i, FMA(LOAD(X, x, i) - LOAD(P, mean, c), factor, LOAD(P, bias, c)));
  }
}

/* x over a power of the sum of squares of neighbouring channels: `before` of them in front. */
KERNEL(lrn)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int items, int channels, int inner, int before,
            int behind, float factor, float beta, float bias) {
  const int i = ITEM;
  if (i < items) {
    const int c = i / inner % channels;
    const int low = c - before > 0 ? c - before : 0;
    const int high = c + behind < channels - 1 ? c + behind : channels - 1;
    float sum = 0.0f;
    for (int k = low; k <= high; k++) {
      const float v = LOAD(X, x, i + (k - c) * inner);
      sum = FMA(v, v, sum);
    }
    STORE(X, y, i, LOAD(X, x, i) / pow(bias + factor * sum, beta));
  }
}
