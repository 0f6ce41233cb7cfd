/* Convolutions, and linear layers as convolutions of one pixel, of activations quantized by
   quantize_rows, one row for each image. A work item computes one output element. */
FUNCTION void finish(CONST float *scale, CONST float *bias, CONST float *residual, GLOBAL float *y,
                     int out, int o, int sum, float inputScale, float alpha, float beta) {
  float v = MUL((float)sum, MUL(inputScale, scale[o]));
  if (bias) {
    v = ADD(v, bias[o]);
  }
  if (residual) {
    v = ADD(v, residual[out]);
  }
#ifdef ACTIVATION
  v = function_of(ACTIVATION, v, alpha, beta);
#endif
  y[out] = v;
}

#ifndef SPARSE
KERNEL(q_dynamic)(CONST u8 *q, CONST float *scales, CONST int *zeros, CONST i8 *w,
                  CONST float *scale, CONST float *bias, CONST float *residual, GLOBAL float *y,
                  CONST int *g, int items, int pixels, int inPixels, int taps, int depth, int outs,
                  int groups, float alpha, float beta) {
#else
KERNEL(q_dynamic)(CONST u8 *q, CONST float *scales, CONST int *zeros, CONST i8 *values,
                  CONST int *offsets, CONST TYPE(INDEX) *blocks, int blockRows, int blockColumns,
                  CONST float *scale, CONST float *bias, CONST float *residual, GLOBAL float *y,
                  CONST int *g, int items, int pixels, int inPixels, int taps, int depth, int outs,
                  int groups, float alpha, float beta) {
#endif
  const int item = ITEM;
  if (item >= items) {
    return;
  }
  const int pixel = item % pixels;
  const int plane = item / pixels / outs; /* image * groups + group */
  const int o = plane % groups * outs + item / pixels % outs;
  const int columns = taps * depth;
  const int zero = zeros[plane / groups];
  CONST u8 *in = q + plane * depth * inPixels;
  int sum = 0;
#ifndef SPARSE
  CONST i8 *row = w + o * columns;
  TAPS(g, pixel)
    for (int c = 0; c < depth; c++) {
      sum += (int)row[tap * depth + c] * ((int)in[c * inPixels + at] - zero);
    }
  END_TAPS
#else
  int tap = -1;
  int at = -1;
  const int end = offsets[o / blockRows + 1];
  for (int b = offsets[o / blockRows]; b < end; b++) {
    CONST i8 *value = values + (b * blockRows + o % blockRows) * blockColumns;
    for (int c = 0; c < blockColumns; c++) {
      const int column = (int)blocks[b] * blockColumns + c;
      if (column < columns) {
        if (column / depth != tap) {
          tap = column / depth;
          at = window_at(g, pixel, tap);
        }
        if (at >= 0) {
          sum += (int)value[c] * ((int)in[(column - tap * depth) * inPixels + at] - zero);
        }
      }
    }
  }
#endif
  const int out = (plane / groups * groups * outs + o) * pixels + pixel;
  finish(scale, bias, residual, y, out, o, sum, scales[plane / groups], alpha, beta);
}
