/* Spectra; X is F32 or F16. One work item for each bin. */
#define TURN 6.2831853f

/* Adds (re, im) turned by `turn` of `turns` whole circles; angles stay below one circle. */
FUNCTION void add_turned(float re, float im, int turn, int turns, float sign, float *sum) {
  const float angle = TURN * ((float)turn / (float)turns);
  const float c = cos(angle);
  const float s = sign * sin(angle);
  sum[0] += re * c - im * s;
  sum[1] += re * s + im * c;
}

KERNEL(dft)(CONST TYPE(X) *x, GLOBAL TYPE(X) *y, int items, int given, int inner, int components,
            int length, int terms, int bins, int mirrored, float sign, float factor) {
  const int i = ITEM;
  if (i < items) {
    const int bin = i / inner % bins;
    const int outer = i / inner / bins;
    float sum[2];
    sum[0] = 0.0f;
    sum[1] = 0.0f;
    for (int t = 0; t < terms; t++) {
      /* the upper half of a one-sided spectrum mirrors the lower */
      const int mirror = mirrored && t >= given;
      const int source = mirror ? length - t : t;
      if (source < given) {
        const int at = ((outer * given + source) * inner + i % inner) * components;
        const float im = components == 2 ? LOAD(X, x, at + 1) : 0.0f;
        add_turned(LOAD(X, x, at), mirror ? -im : im, (int)((i64)bin * t % length), length, sign,
                   sum);
      }
    }
    if (mirrored) {
      STORE(X, y, i, sum[0] * factor);
    } else {
      STORE(X, y, 2 * i, sum[0] * factor);
      STORE(X, y, 2 * i + 1, sum[1] * factor);
    }
  }
}

KERNEL(stft)(CONST TYPE(X) *x, CONST TYPE(X) *window, GLOBAL TYPE(X) *y, int items, int length,
             int components, int step, int frame, int frames, int bins) {
  const int i = ITEM;
  if (i < items) {
    const int bin = i % bins;
    const int base = i / bins / frames * length + i / bins % frames * step;
    float sum[2];
    sum[0] = 0.0f;
    sum[1] = 0.0f;
    for (int t = 0; t < frame; t++) {
      const float weight = window ? LOAD(X, window, t) : 1.0f;
      const int at = (base + t) * components;
      const float im = components == 2 ? weight * LOAD(X, x, at + 1) : 0.0f;
      add_turned(weight * LOAD(X, x, at), im, (int)((i64)bin * t % frame), frame, -1.0f, sum);
    }
    STORE(X, y, 2 * i, sum[0]);
    STORE(X, y, 2 * i + 1, sum[1]);
  }
}

/* Terms of cosines over `period` elements. */
KERNEL(cosine_window)(GLOBAL TYPE(X) *y, int items, int period, float a0, float a1, float a2) {
  const int i = ITEM;
  if (i < items) {
    const float angle = period == 0 ? 0.0f : TURN * ((float)i / (float)period);
    STORE(X, y, i, a0 - a1 * cos(angle) + a2 * cos(2.0f * angle));
  }
}

/* Triangles; t = the bins where they begin, one more than a triangle has corners for each. */
KERNEL(mel)(GLOBAL TYPE(X) *y, CONST int *t, int items, int bands) {
  const int i = ITEM;
  if (i < items) {
    const int bin = i / bands;
    const int low = t[i % bands];
    const int centre = t[i % bands + 1];
    const int high = t[i % bands + 2];
    STORE(X, y, i,
          bin >= centre && bin < high  ? (float)(high - bin) / (float)(high - centre)
          : bin >= low && bin < centre ? (float)(bin - low) / (float)(centre - low)
          : bin == centre              ? 1.0f
                                       : 0.0f);
  }
}
