/* Elementwise operations on 8-bit tensors: one work item for each output element. */
KERNEL(q_add)(CONST u8 *a, CONST u8 *b, GLOBAL u8 *y, CONST int *t, int items, int za, int zb,
              int zy, int low, int high, float ra, float rb) {
  const int i = ITEM;
  if (i < items) {
    const float p = MUL((float)((int)a[broadcast_at(t, i, 0)] - za), ra);
    const float q = MUL((float)((int)b[broadcast_at(t, i, 1)] - zb), rb);
    y[i] = (u8)quantized(ADD(p, q), zy, low, high);
  }
}

KERNEL(q_mul)(CONST u8 *a, CONST u8 *b, GLOBAL u8 *y, CONST int *t, int items, int za, int zb,
              int zy, int low, int high, float ratio) {
  const int i = ITEM;
  if (i < items) {
    const int p = (int)a[broadcast_at(t, i, 0)] - za;
    const int q = (int)b[broadcast_at(t, i, 1)] - zb;
    y[i] = (u8)quantized(MUL((float)(p * q), ratio), zy, low, high);
  }
}

KERNEL(q_lookup)(CONST u8 *x, CONST u8 *table, GLOBAL u8 *y, int items) {
  const int i = ITEM;
  if (i < items) {
    y[i] = table[x[i]];
  }
}

/* One input of a concatenation: runs of `run` elements, each at `offset` of an output run. */
KERNEL(q_concat)(CONST u8 *x, GLOBAL u8 *y, int items, int run, int outRun, int offset, int zx,
                 int zy, float ratio) {
  const int i = ITEM;
  if (i < items) {
    const float v = MUL((float)((int)x[i] - zx), ratio);
    y[i / run * outRun + offset + i % run] = (u8)quantized(v, zy, 0, 255);
  }
}

KERNEL(quantize)(CONST float *x, GLOBAL u8 *y, int items, int zero, int low, int high,
                 float scale) {
  const int i = ITEM;
  if (i < items) {
    y[i] = (u8)quantized(DIV(x[i], scale), zero, low, high);
  }
}

KERNEL(dequantize_u8)(CONST u8 *x, GLOBAL float *y, int items, int zero, float scale) {
  const int i = ITEM;
  if (i < items) {
    y[i] = MUL((float)((int)x[i] - zero), scale);
  }
}

KERNEL(dequantize_i8)(CONST i8 *x, GLOBAL float *y, int items, int zero, float scale) {
  const int i = ITEM;
  if (i < items) {
    y[i] = MUL((float)((int)x[i] - zero), scale);
  }
}

KERNEL(dequantize_i32)(CONST int *x, GLOBAL float *y, int items, int zero, float scale) {
  const int i = ITEM;
  if (i < items) {
    y[i] = MUL((float)((i64)x[i] - (i64)zero), scale);
  }
}

/* Averages: one work item for each window; `padded` describes the same window over the padded
   input, whose cells count. */
KERNEL(q_average_pool)(CONST u8 *x, GLOBAL u8 *y, CONST int *g, CONST int *padded, int items,
                       int pixels, int inPixels, int taps, int zx, int zy, int low, int high,
                       float ratio) {
  const int i = ITEM;
  if (i < items) {
    const int pixel = i % pixels;
    CONST u8 *in = x + i / pixels * inPixels;
    int sum = 0;
    int count = 0;
    for (int tap = 0; tap < taps; tap++) {
      const int at = window_at(g, pixel, tap);
      if (at >= 0) {
        sum += (int)in[at] - zx;
      }
      count += window_at(padded, pixel, tap) >= 0 ? 1 : 0;
    }
    const float mean = count == 0 ? 0.0f : MUL((float)sum, DIV(ratio, (float)count));
    y[i] = (u8)quantized(mean, zy, low, high);
  }
}
