/* Reading images between their pixels; X is F32 or F16. One work item for each output element. */

/* t = rank; for each axis: extent of y, distance in x, elements of x for one of y, where in t their
   indices begin (weights, as bits, behind them), where it says which elements lie outside, or 0. */
KERNEL(resize)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, CONST int *t, int items, float outside) {
  const int item = ITEM;
  if (item < items) {
    const int rank = t[0];
    int combinations = 1;
    int beyond = 0;
    int rest = item;
    for (int d = rank - 1; d >= 0; d--) {
      CONST int *axis = t + 1 + 5 * d;
      const int next = rest / axis[0];
      combinations *= axis[2];
      beyond |= axis[4] ? t[axis[4] + rest - next * axis[0]] : 0;
      rest = next;
    }
    float sum = 0.0f;
    for (int c = 0; c < combinations && !beyond; c++) {
      float weight = 1.0f;
      int at = 0;
      int taps = c;
      rest = item;
      for (int d = rank - 1; d >= 0; d--) {
        CONST int *axis = t + 1 + 5 * d;
        const int next = rest / axis[0];
        const int place = (rest - next * axis[0]) * axis[2] + taps % axis[2];
        at += t[axis[3] + place] * axis[1];
        weight *= BITS_FLOAT(t[axis[3] + axis[0] * axis[2] + place]);
        taps /= axis[2];
        rest = next;
      }
      sum += weight == 0.0f ? 0.0f : weight * LOAD(X, x, at);
    }
    STORE(X, y, item, beyond ? outside : sum);
  }
}

#define ZEROS 0
#define BORDER 1
FUNCTION float reflected(float at, float low, float high) {
  const float range = high - low;
  if (range <= 0.0f) {
    return low;
  }
  const float distance = at < low ? low - at : at - high;
  const int turns = (int)(distance / range);
  const float rest = distance - (float)turns * range;
  return (at < low) == (turns % 2 == 0) ? low + rest : high - rest;
}

/* The coordinate g in pixels, brought inside as far as the padding asks for. */
FUNCTION float grid_place(float g, int n, int nearest, int padding, int corners) {
  float at = corners ? (g + 1.0f) * 0.5f * (float)(n - 1) : ((g + 1.0f) * (float)n - 1.0f) * 0.5f;
  at = nearest ? rint(at) : at;
  const float low = corners ? 0.0f : -0.5f;
  const float high = corners ? (float)(n - 1) : (float)n - 0.5f;
  if (at >= low && at <= high) {
    return at;
  }
  return padding == ZEROS    ? at
         : padding == BORDER ? fmin(fmax(at, 0.0f), (float)(n - 1))
                             : reflected(at, low, high);
}

/* A pixel that is there for the one asked for, or -1. */
FUNCTION int grid_pixel(int at, int n, int padding, int corners) {
  if (at >= 0 && at < n) {
    return at;
  }
  if (padding == ZEROS) {
    return -1;
  }
  if (padding == BORDER) {
    return at < 0 ? 0 : n - 1;
  }
  const float low = corners ? 0.0f : -0.5f;
  const float high = corners ? (float)(n - 1) : (float)n - 0.5f;
  const int inside = (int)reflected((float)at, low, high);
  return inside < 0 ? 0 : inside > n - 1 ? n - 1 : inside;
}

/* Keys' cubic with a = -0.75. */
FUNCTION float cubic_weight(float d) {
  return d <= 1.0f  ? (1.25f * d - 2.25f) * d * d + 1.0f
         : d < 2.0f ? ((-0.75f * d + 3.75f) * d - 6.0f) * d + 3.0f
                    : 0.0f;
}

/* t = spatial extents of x; kind = 0 nearest, 1 linear, 2 cubic. */
KERNEL(grid_sample)(CONST TYPE(X) *x, CONST TYPE(X) *grid, GLOBAL TYPE(X) *y, CONST int *t,
                    int items, int axes, int channels, int pixels, int inPixels, int kind,
                    int padding, int corners) {
  const int item = ITEM;
  if (item < items) {
    const int plane = item / pixels;
    const int point = (plane / channels * pixels + item % pixels) * axes;
    const int taps = kind == 0 ? 1 : kind == 1 ? 2 : 4;
    int combinations = 1;
    for (int d = 0; d < axes; d++) {
      combinations *= taps;
    }
    float sum = 0.0f;
    for (int c = 0; c < combinations; c++) {
      float weight = 1.0f;
      int at = 0;
      int size = 1;
      int rest = c;
      for (int d = axes - 1; d >= 0; d--) {
        const float place =
            grid_place(LOAD(X, grid, point + axes - 1 - d), t[d], kind == 0, padding, corners);
        /* far outside everything is the same, and fits an integer */
        const float whole = fmin(fmax(floor(place), -1000000.0f), 1000000000.0f);
        const int step = rest % taps - (kind == 2 ? 1 : 0);
        const float distance = fabs((float)step - (place - whole));
        weight *= kind == 0 ? 1.0f : kind == 1 ? 1.0f - distance : cubic_weight(distance);
        const int pixel = grid_pixel((int)whole + step, t[d], padding, corners);
        weight = pixel < 0 ? 0.0f : weight;
        at += (pixel < 0 ? 0 : pixel) * size;
        size *= t[d];
        rest /= taps;
      }
      sum += weight == 0.0f ? 0.0f : weight * LOAD(X, x, plane * inPixels + at);
    }
    STORE(X, y, item, sum);
  }
}

/* t = extents of the grid. */
KERNEL(affine_grid)(CONST TYPE(X) *theta, GLOBAL TYPE(X) *y, CONST int *t, int items, int axes,
                    int points, int corners) {
  const int item = ITEM;
  if (item < items) {
    const int first = (item / axes / points * axes + item % axes) * (axes + 1);
    int point = item / axes % points;
    float sum = LOAD(X, theta, first + axes);
    for (int d = axes - 1; d >= 0; d--) {
      const int i = point % t[d];
      const float at = !corners    ? (float)(2 * i + 1) / (float)t[d] - 1.0f
                       : t[d] == 1 ? -1.0f
                                   : 2.0f * (float)i / (float)(t[d] - 1) - 1.0f;
      sum = FMA(at, LOAD(X, theta, first + axes - 1 - d), sum);
      point /= t[d];
    }
    STORE(X, y, item, sum);
  }
}
