/* Convolutions of floats; X (activations) is F32 or F16, W (weights) F32, F16, BF16 or I8, whose
   scales come with it. Sums are fp32 in ascending order of columns. An item computes one pixel of
   CHANNELS output channels (dense) or of one (compressed). */
FUNCTION void finish(GLOBAL TYPE(X) *y, CONST TYPE(X) *bias, CONST TYPE(X) *residual, int at,
                     int channel, float sum, int hasBias, int hasResidual, float alpha,
                     float beta) {
  float v = sum;
  if (hasBias) {
    v += LOAD(X, bias, channel);
  }
  if (hasResidual) {
    v += LOAD(X, residual, at);
  }
#ifdef ACTIVATION
  v = function_of(ACTIVATION, v, alpha, beta);
#endif
  STORE(X, y, at, v);
}

#ifndef SPARSE
KERNEL(conv)(CONST TYPE(X) *x, CONST TYPE(W) *w, CONST float *scale, CONST TYPE(X) *bias,
             CONST TYPE(X) *residual, GLOBAL TYPE(X) *y, CONST int *g, int items, int pixels,
             int inPixels, int taps, int depth, int outs, int groups, int hasBias,
             int hasResidual, float alpha, float beta) {
  const int item = ITEM;
  if (item >= items) {
    return;
  }
  const int tiles = (outs + CHANNELS - 1) / CHANNELS;
  const int pixel = item % pixels;
  const int tile = item / pixels % tiles;
  const int plane = item / pixels / tiles; /* image * groups + group */
  const int first = plane % groups * outs + tile * CHANNELS;
  const int count = outs - tile * CHANNELS < CHANNELS ? outs - tile * CHANNELS : CHANNELS;
  const int columns = taps * depth;
  CONST TYPE(X) *in = x + plane * depth * inPixels;
  int row[CHANNELS];
  float sum[CHANNELS];
  for (int j = 0; j < CHANNELS; j++) {
    row[j] = (first + (j < count ? j : count - 1)) * columns;
    sum[j] = 0.0f;
  }
  TAPS(g, pixel)
    for (int c = 0; c < depth; c++) {
      const float v = LOAD(X, in, c * inPixels + at);
      for (int j = 0; j < CHANNELS; j++) {
        sum[j] = FMA(LOAD(W, w, row[j] + tap * depth + c), v, sum[j]);
      }
    }
  END_TAPS
  for (int j = 0; j < count; j++) {
    const int out = (plane / groups * groups * outs + first + j) * pixels + pixel;
    const float factor = scale ? scale[first + j] : 1.0f;
    finish(y, bias, residual, out, first + j, sum[j] * factor, hasBias, hasResidual, alpha, beta);
  }
}
#else
KERNEL(conv_sparse)(CONST TYPE(X) *x, CONST TYPE(W) *values, CONST int *offsets,
                    CONST TYPE(INDEX) *blocks, int blockRows, int blockColumns,
                    CONST float *scale, CONST TYPE(X) *bias, CONST TYPE(X) *residual,
                    GLOBAL TYPE(X) *y, CONST int *g, int items, int pixels, int inPixels, int taps,
                    int depth, int outs, int groups, int hasBias, int hasResidual, float alpha,
                    float beta) {
  const int item = ITEM;
  if (item >= items) {
    return;
  }
  const int pixel = item % pixels;
  const int plane = item / pixels / outs;
  const int o = plane % groups * outs + item / pixels % outs;
  const int columns = taps * depth;
  CONST TYPE(X) *in = x + plane * depth * inPixels;
  float sum = 0.0f;
  int tap = -1;
  int at = -1;
  const int end = offsets[o / blockRows + 1];
  for (int b = offsets[o / blockRows]; b < end; b++) {
    const int value = (b * blockRows + o % blockRows) * blockColumns;
    for (int c = 0; c < blockColumns; c++) {
      const int column = (int)blocks[b] * blockColumns + c;
      if (column < columns) {
        if (column / depth != tap) {
          tap = column / depth;
          at = window_at(g, pixel, tap);
        }
        if (at >= 0) {
          sum = FMA(LOAD(W, values, value + c),
                    LOAD(X, in, (column - tap * depth) * inPixels + at), sum);
        }
      }
    }
  }
  const int out = (plane / groups * groups * outs + o) * pixels + pixel;
  const float factor = scale ? scale[o] : 1.0f;
  finish(y, bias, residual, out, o, sum * factor, hasBias, hasResidual, alpha, beta);
}
#endif
