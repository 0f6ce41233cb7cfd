/* Regions divided into bins; X is F32 or F16. One work item for each bin of a channel. */
FUNCTION float roi_sample(CONST TYPE(X) *x, int base, int height, int width, float row,
                          float column, int largest) {
  if (row < -1.0f || row > (float)height || column < -1.0f || column > (float)width) {
    return 0.0f;
  }
  const float y = fmin(fmax(row, 0.0f), (float)(height - 1));
  const float z = fmin(fmax(column, 0.0f), (float)(width - 1));
  const int top = (int)y;
  const int left = (int)z;
  const int bottom = top + 1 < height ? top + 1 : height - 1;
  const int right = left + 1 < width ? left + 1 : width - 1;
  const float dy = y - (float)top;
  const float dx = z - (float)left;
  const float a = (1.0f - dy) * (1.0f - dx) * LOAD(X, x, base + top * width + left);
  const float b = (1.0f - dy) * dx * LOAD(X, x, base + top * width + right);
  const float c = dy * (1.0f - dx) * LOAD(X, x, base + bottom * width + left);
  const float d = dy * dx * LOAD(X, x, base + bottom * width + right);
  return largest ? fmax(fmax(a, b), fmax(c, d)) : a + b + c + d;
}

/* Averages or maxima of samples at sampling x sampling points, or as many as a bin has pixels. */
KERNEL(roi_samples)(CONST TYPE(X) *x, CONST TYPE(X) *regions, CONST i64 *images,
                    GLOBAL TYPE(X) *y, GLOBAL int *fault, int items, int batch, int channels,
                    int inHeight, int inWidth, int height, int width, int sampling, int halfPixel,
                    int largest, float scale) {
  const int item = ITEM;
  if (item < items) {
    const int row = item / width % height;
    const int column = item % width;
    const int region = item / width / height / channels;
    const i64 image = images[region];
    if (image < 0 || image >= batch) {
      fault[0] = 1;
      return;
    }
    const int base = ((int)image * channels + item / width / height % channels) * inHeight * inWidth;
    const float shift = halfPixel ? 0.5f : 0.0f;
    const float x1 = LOAD(X, regions, region * 4) * scale - shift;
    const float y1 = LOAD(X, regions, region * 4 + 1) * scale - shift;
    float w = LOAD(X, regions, region * 4 + 2) * scale - shift - x1;
    float h = LOAD(X, regions, region * 4 + 3) * scale - shift - y1;
    w = halfPixel ? w : fmax(w, 1.0f);
    h = halfPixel ? h : fmax(h, 1.0f);
    const float binHeight = h / (float)height;
    const float binWidth = w / (float)width;
    const int down = sampling > 0 ? sampling : (int)ceil(binHeight);
    const int across = sampling > 0 ? sampling : (int)ceil(binWidth);
    float sum = 0.0f;
    float best = LOWEST;
    for (int iy = 0; iy < down; iy++) {
      const float p = y1 + (float)row * binHeight + ((float)iy + 0.5f) * binHeight / (float)down;
      for (int ix = 0; ix < across; ix++) {
        const float q = x1 + (float)column * binWidth + ((float)ix + 0.5f) * binWidth / (float)across;
        const float v = roi_sample(x, base, inHeight, inWidth, p, q, largest);
        sum += v;
        best = v > best ? v : best;
      }
    }
    const int count = down * across;
    STORE(X, y, item, largest ? (count <= 0 ? 0.0f : best) : sum / (float)(count > 1 ? count : 1));
  }
}

FUNCTION int nearest_int(float v) { return (int)floor(v + 0.5f); }

FUNCTION int inside(int v, int high) { return v < 0 ? 0 : v > high ? high : v; }

/* The largest pixel of each bin of a region with whole corners; regions begin with their image. */
KERNEL(roi_whole)(CONST TYPE(X) *x, CONST TYPE(X) *regions, GLOBAL TYPE(X) *y, GLOBAL int *fault,
                  int items, int batch, int channels, int inHeight, int inWidth, int height,
                  int width, float scale) {
  const int item = ITEM;
  if (item < items) {
    const int row = item / width % height;
    const int column = item % width;
    const int region = item / width / height / channels;
    const float named = LOAD(X, regions, region * 5);
    if (!(named > -1.0f && named < (float)batch)) {
      fault[0] = 1;
      return;
    }
    const int base = ((int)named * channels + item / width / height % channels) * inHeight * inWidth;
    const int left = nearest_int(LOAD(X, regions, region * 5 + 1) * scale);
    const int top = nearest_int(LOAD(X, regions, region * 5 + 2) * scale);
    int w = nearest_int(LOAD(X, regions, region * 5 + 3) * scale) - left + 1;
    int h = nearest_int(LOAD(X, regions, region * 5 + 4) * scale) - top + 1;
    w = w > 1 ? w : 1;
    h = h > 1 ? h : 1;
    const int y0 = inside(top + row * h / height, inHeight);
    const int y1 = inside(top + ((row + 1) * h + height - 1) / height, inHeight);
    const int x0 = inside(left + column * w / width, inWidth);
    const int x1 = inside(left + ((column + 1) * w + width - 1) / width, inWidth);
    float best = y1 <= y0 || x1 <= x0 ? 0.0f : LOWEST;
    for (int p = y0; p < y1; p++) {
      for (int q = x0; q < x1; q++) {
        const float v = LOAD(X, x, base + p * inWidth + q);
        best = v > best ? v : best;
      }
    }
    STORE(X, y, item, best);
  }
}
