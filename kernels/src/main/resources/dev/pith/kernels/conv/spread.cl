/* Convolutions that spread or move pixels; X is F32 or F16. One work item for each output element. */

/* The window whose tap `tap` reads a pixel of what windows slide over, or -1 where there is none. */
FUNCTION int window_of(CONST int *g, int pixel, int tap) {
  int at = 0;
  int size = 1;
  for (int d = 2; d >= 0; d--) {
    const int rest = pixel / g[IN + d];
    const int k = tap / g[KERNEL_EXTENT + d];
    const int p = pixel - rest * g[IN + d] + g[PAD + d] -
                  (tap - k * g[KERNEL_EXTENT + d]) * g[DILATION + d];
    if (p < 0 || p % g[STRIDE + d] != 0 || p / g[STRIDE + d] >= g[OUT + d]) {
      return -1;
    }
    at += p / g[STRIDE + d] * size;
    size *= g[OUT + d];
    pixel = rest;
    tap = k;
  }
  return at;
}

/* y is what the windows g slide over; perGroup and sources are a group's channels of y and of x. */
KERNEL(conv_transpose)(CONST TYPE(X) *x, CONST TYPE(X) *w, CONST TYPE(X) *bias, GLOBAL TYPE(X) *y,
                       CONST int *g, int items, int pixels, int windows, int taps, int perGroup,
                       int sources, int groups) {
  const int item = ITEM;
  if (item < items) {
    const int plane = item / pixels;
    const int channel = plane % (perGroup * groups);
    const int image = plane / (perGroup * groups);
    const int group = channel / perGroup;
    float sum = bias ? LOAD(X, bias, channel) : 0.0f;
    for (int tap = 0; tap < taps; tap++) {
      const int source = window_of(g, item % pixels, tap);
      if (source >= 0) {
        for (int c = group * sources; c < (group + 1) * sources; c++) {
          sum = FMA(LOAD(X, x, (image * sources * groups + c) * windows + source),
                    LOAD(X, w, (c * perGroup + channel % perGroup) * taps + tap), sum);
        }
      }
    }
    STORE(X, y, item, sum);
  }
}

KERNEL(fold)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *g, int items, int pixels, int windows,
             int taps) {
  const int item = ITEM;
  if (item < items) {
    float sum = 0.0f;
    for (int tap = 0; tap < taps; tap++) {
      const int block = window_of(g, item % pixels, tap);
      if (block >= 0) {
        sum += LOAD(X, x, (item / pixels * taps + tap) * windows + block);
      }
    }
    STORE(X, y, item, sum);
  }
}

/* A plane of x at a point between its pixels; zero outside. */
FUNCTION float sample_at(CONST TYPE(X) *x, int base, int height, int width, float row,
                         float column) {
  const float top = floor(row);
  const float left = floor(column);
  float sum = 0.0f;
  for (int i = 0; i < 4; i++) {
    const float y = top + (float)(i / 2);
    const float z = left + (float)(i % 2);
    if (y >= 0.0f && y < (float)height && z >= 0.0f && z < (float)width) {
      const float weight = (1.0f - fabs(row - y)) * (1.0f - fabs(column - z));
      sum = FMA(weight, LOAD(X, x, base + (int)y * width + (int)z), sum);
    }
  }
  return sum;
}

/* Taps moved by offsets; g has two spatial axes. depth and outs are channels of a group. */
KERNEL(deform_conv)(CONST TYPE(X) *x, CONST TYPE(X) *w, CONST TYPE(X) *offset, CONST TYPE(X) *bias,
                    CONST TYPE(X) *mask, GLOBAL TYPE(X) *y, CONST int *g, int items, int pixels,
                    int taps, int depth, int outs, int groups, int parts) {
  const int item = ITEM;
  if (item < items) {
    const int pixel = item % pixels;
    const int channel = item / pixels % (outs * groups);
    const int n = item / pixels / (outs * groups);
    const int height = g[IN + 1];
    const int width = g[IN + 2];
    const int first = channel / outs * depth;
    float sum = bias ? LOAD(X, bias, channel) : 0.0f;
    for (int tap = 0; tap < taps; tap++) {
      const int row = pixel / g[OUT + 2] * g[STRIDE + 1] - g[PAD + 1] +
                      tap / g[KERNEL_EXTENT + 2] * g[DILATION + 1];
      const int column = pixel % g[OUT + 2] * g[STRIDE + 2] - g[PAD + 2] +
                         tap % g[KERNEL_EXTENT + 2] * g[DILATION + 2];
      for (int c = 0; c < depth; c++) {
        const int part = (first + c) / (depth * groups / parts);
        const int place = (n * parts + part) * taps + tap;
        const float down = (float)row + LOAD(X, offset, 2 * place * pixels + pixel);
        const float right = (float)column + LOAD(X, offset, (2 * place + 1) * pixels + pixel);
        float v = sample_at(x, (n * depth * groups + first + c) * height * width, height, width,
                            down, right);
        v = mask ? v * LOAD(X, mask, place * pixels + pixel) : v;
        sum = FMA(v, LOAD(X, w, (channel * depth + c) * taps + tap), sum);
      }
    }
    STORE(X, y, item, sum);
  }
}
