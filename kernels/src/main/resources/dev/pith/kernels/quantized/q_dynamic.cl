/* Activations that are quantized when they are there: range, scale and zero point, bytes. */
FUNCTION float range_scale(float least, float most) {
  const float scale = DIV(SUB(most, least), 255.0f);
  return scale > 0.0f ? scale : 1.0f;
}

FUNCTION int range_zero(float least, float scale) {
  return quantized(DIV(-least, scale), 0, 0, 255);
}

/* The extremes of x[from], x[from + step] ... below end and of 0, then of all lanes; NaN is left out. */
FUNCTION void range_of(CONST float *x, int from, int end, int step, LOCALS float *least,
                       LOCALS float *most) {
  const int lane = LANE;
  float low = 0.0f;
  float high = 0.0f;
  for (int i = from; i < end; i += step) {
    const float v = x[i];
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  least[lane] = low;
  most[lane] = high;
  SYNC();
  for (int half_ = 32; half_ > 0; half_ >>= 1) {
    if (lane < half_) {
      least[lane] = least[lane + half_] < least[lane] ? least[lane + half_] : least[lane];
      most[lane] = most[lane + half_] > most[lane] ? most[lane + half_] : most[lane];
    }
    SYNC();
  }
}

/* A group for each row, with a scale and zero point of its own. */
KERNEL(quantize_rows)(CONST float *x, GLOBAL u8 *q, GLOBAL float *scales, GLOBAL int *zeros,
                      int columns) {
  LOCAL float least[64];
  LOCAL float most[64];
  const int base = GROUP * columns;
  range_of(x, base + LANE, base + columns, 64, least, most);
  const float scale = range_scale(least[0], most[0]);
  const int zero = range_zero(least[0], scale);
  for (int i = LANE; i < columns; i += 64) {
    q[base + i] = (u8)quantized(DIV(x[base + i], scale), zero, 0, 255);
  }
  if (LANE == 0) {
    scales[GROUP] = scale;
    zeros[GROUP] = zero;
  }
}

/* A whole tensor: each group its part's range, a group the range of all, then each its element. */
KERNEL(tensor_range)(CONST float *x, GLOBAL float *ranges, int items, int groups) {
  LOCAL float least[64];
  LOCAL float most[64];
  range_of(x, ITEM, items, 64 * groups, least, most);
  if (LANE == 0) {
    ranges[2 * GROUP] = least[0];
    ranges[2 * GROUP + 1] = most[0];
  }
}

KERNEL(tensor_scale)(CONST float *ranges, GLOBAL float *scale, GLOBAL u8 *zero, int groups) {
  if (LANE == 0) {
    float low = 0.0f;
    float high = 0.0f;
    for (int i = 0; i < groups; i++) {
      low = ranges[2 * i] < low ? ranges[2 * i] : low;
      high = ranges[2 * i + 1] > high ? ranges[2 * i + 1] : high;
    }
    scale[0] = range_scale(low, high);
    zero[0] = (u8)range_zero(low, scale[0]);
  }
}

KERNEL(tensor_quantize)(CONST float *x, CONST float *scale, CONST u8 *zero, GLOBAL u8 *y,
                        int items) {
  const int i = ITEM;
  if (i < items) {
    y[i] = (u8)quantized(DIV(x[i], scale[0]), (int)zero[0], 0, 255);
  }
}

KERNEL(tensor_parameters)(CONST float *scale, CONST u8 *zero, GLOBAL float *scaleOut,
                          GLOBAL u8 *zeroOut) {
  if (LANE == 0) {
    if (scaleOut) {
      scaleOut[0] = scale[0];
    }
    if (zeroOut) {
      zeroOut[0] = zero[0];
    }
  }
}
