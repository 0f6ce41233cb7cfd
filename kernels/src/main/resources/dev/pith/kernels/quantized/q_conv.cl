/* int8 convolutions; OUTPUT is U8 (for both 8-bit types) or F32. Neighbouring work items are neighbouring pixels, so
   that activations are read together and a weight is read once for all of them. */
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
/* Dense weights: an item computes one pixel of CHANNELS neighbouring output channels of a group. */
KERNEL(q_conv)(CONST u8 *x, CONST i8 *w, CONST float *scale, CONST int *bias,
               GLOBAL TYPE(OUTPUT) *y, CONST int *g, int items, int pixels, int inPixels, int taps,
               int depth, int outs, int groups, int hasBias, int zx, int zy, int low, int high) {
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
  CONST u8 *in = x + plane * depth * inPixels;
  CONST i8 *row[CHANNELS];
  int sum[CHANNELS];
  for (int j = 0; j < CHANNELS; j++) {
    const int o = first + (j < count ? j : count - 1);
    row[j] = w + o * columns;
    sum[j] = hasBias ? bias[o] : 0;
  }
  TAPS(g, pixel)
    for (int c = 0; c < depth; c++) {
      const int v = (int)in[c * inPixels + at] - zx;
      for (int j = 0; j < CHANNELS; j++) {
        sum[j] += (int)row[j][tap * depth + c] * v;
      }
    }
  END_TAPS
  for (int j = 0; j < count; j++) {
    const int out = (plane / groups * groups * outs + first + j) * pixels + pixel;
    store_sum(y, out, sum[j], scale[first + j], zy, low, high);
  }
}
#else
/* Compressed weights: an item computes one pixel of one output channel from the blocks its row
   stores; columns rise, so that the tap and its place in the input change rarely. */
KERNEL(q_conv_sparse)(CONST u8 *x, CONST i8 *values, CONST int *offsets, CONST TYPE(INDEX) *blocks,
                      int blockRows, int blockColumns, CONST float *scale, CONST int *bias,
                      GLOBAL TYPE(OUTPUT) *y, CONST int *g, int items, int pixels, int inPixels, int taps, int depth, int outs,
                      int groups, int hasBias, int zx, int zy, int low, int high) {
  const int item = ITEM;
  if (item >= items) {
    return;
  }
  const int pixel = item % pixels;
  const int plane = item / pixels / outs;
  const int o = plane % groups * outs + item / pixels % outs;
  const int columns = taps * depth;
  CONST u8 *in = x + plane * depth * inPixels;
  int sum = hasBias ? bias[o] : 0;
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
          sum += (int)value[c] * ((int)in[(column - tap * depth) * inPixels + at] - zx);
        }
      }
    }
  }
  const int out = (plane / groups * groups * outs + o) * pixels + pixel;
  store_sum(y, out, sum, scale[o], zy, low, high);
}
#endif
