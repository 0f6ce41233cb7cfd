/* What stands before and after calls of cuBLAS and cuSPARSE, which take signed bytes, extents that
   are multiples of 16, and matrices instead of images. */

/* Rows of unsigned bytes less `shift` as signed bytes; columns from k to width are 0. */
KERNEL(shift_rows)(CONST u8 *x, GLOBAL i8 *y, int items, int m, int k, int width, int shift) {
  const int i = ITEM;
  if (i < items) {
    const int row = i / width;
    const int column = i % width;
    y[i] = (i8)(row < m && column < k ? (int)x[row * k + column] - shift : 0);
  }
}

/* A row for each output pixel: what its window reads, channels fastest, less `shift`; the padding
   counts as `padding`. */
KERNEL(shift_windows)(CONST u8 *x, GLOBAL i8 *y, CONST int *g, int items, int m, int k, int width,
                      int pixels, int inPixels, int depth, int shift, int padding) {
  const int i = ITEM;
  if (i < items) {
    const int row = i / width;
    const int column = i % width;
    int value = 0;
    if (row < m && column < k) {
      const int tap = column / depth;
      const int at = window_at(g, row % pixels, tap);
      const int plane = row / pixels * depth + column - tap * depth;
      value = (at < 0 ? padding : (int)x[plane * inPixels + at]) - shift;
    }
    y[i] = (i8)value;
  }
}

/* A column for each output pixel of an image: what its window reads, channels fastest. */
KERNEL(windows)(CONST TYPE(BITS) *x, GLOBAL TYPE(BITS) *y, CONST int *g, int items, int k, int pixels,
                int inPixels, int depth) {
  const int i = ITEM;
  if (i < items) {
    const int pixel = i % pixels;
    const int column = i / pixels % k;
    const int tap = column / depth;
    const int at = window_at(g, pixel, tap);
    const int plane = i / pixels / k * depth + column - tap * depth;
    y[i] = at < 0 ? (TYPE(BITS))0 : x[plane * inPixels + at];
  }
}

/* Sums of products with x - 128 to results: `correction` times a row's sum of weights is added. */
KERNEL(requantize)(CONST int *sums, CONST int *rowSums, CONST float *scale, CONST int *bias,
                   GLOBAL TYPE(OUTPUT) *y, int items, int outs, int pixels, int rowStride,
                   int outStride, int hasBias, int correction, int zero, int low, int high) {
  const int i = ITEM;
  if (i < items) {
    const int o = i / pixels % outs;
    const int row = i / pixels / outs * pixels + i % pixels;
    int sum = sums[row * rowStride + o * outStride] + correction * rowSums[o];
    if (hasBias) {
      sum += bias[o];
    }
    const float v = MUL((float)sum, scale[o]);
#ifdef QUANTIZED_OUTPUT
    STORE(OUTPUT, y, i, quantized(v, zero, low, high));
#else
    y[i] = v;
#endif
  }
}

/* Sums to results: bias, residual, activation; in place where both are one. */
KERNEL(finish)(CONST float *sums, CONST TYPE(X) *bias, CONST TYPE(X) *residual, GLOBAL TYPE(X) *y,
               int items, int outs, int pixels, int hasBias, int hasResidual, float alpha,
               float beta) {
  const int i = ITEM;
  if (i < items) {
    float v = sums[i];
    if (hasBias) {
      v += LOAD(X, bias, i / pixels % outs);
    }
    if (hasResidual) {
      v += LOAD(X, residual, i);
    }
#ifdef ACTIVATION
    v = function_of(ACTIVATION, v, alpha, beta);
#endif
    STORE(X, y, i, v);
  }
}
