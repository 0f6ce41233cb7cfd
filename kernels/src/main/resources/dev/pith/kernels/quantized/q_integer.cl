/* Convolutions and matrix products of 8-bit integers with zero points known when they run; sums wrap.
   A, B are the types of the factors, S that of scales, Y of the output. A work item computes one
   element. */

/* The sum requantized: the scales' product and quotient are rounded to their own type. */
#ifdef REQUANTIZED
FUNCTION int requantized(int sum, CONST TYPE(S) *sa, int ia, CONST TYPE(S) *sb, int ib,
                         CONST TYPE(S) *sy, CONST TYPE(Y) *zy, int low, int high) {
  const float both = AS(S, MUL(LOAD(S, sa, ia), LOAD(S, sb, ib)));
  const float ratio = AS(S, DIV(both, LOAD(S, sy, 0)));
  return quantized(MUL((float)sum, ratio), (int)zy[0], low, high);
}
#define SCALES CONST TYPE(S) *sa, CONST TYPE(S) *sb, CONST TYPE(S) *sy, CONST TYPE(Y) *zy,
#else
#define SCALES
#endif

KERNEL(integer_conv)(CONST TYPE(A) *x, CONST TYPE(B) *w, CONST TYPE(A) *zx, CONST TYPE(B) *zw,
                     SCALES CONST int *bias, GLOBAL TYPE(Y) *y, CONST int *g, int items,
                     int pixels, int inPixels, int taps, int depth, int outs, int groups,
                     int zeroStep, int scaleStep, int low, int high) {
  const int item = ITEM;
  if (item < items) {
    const int pixel = item % pixels;
    const int o = item / pixels % (outs * groups);
    const int plane = item / pixels / (outs * groups) * groups + o / outs;
    const int zeroX = zx ? (int)zx[0] : 0;
    const int zeroW = zw ? (int)zw[o * zeroStep] : 0;
    CONST TYPE(A) *in = x + plane * depth * inPixels;
    CONST TYPE(B) *row = w + o * taps * depth;
    int sum = bias ? bias[o] : 0;
    TAPS(g, pixel)
      for (int c = 0; c < depth; c++) {
        sum += ((int)row[tap * depth + c] - zeroW) * ((int)in[c * inPixels + at] - zeroX);
      }
    END_TAPS
#ifdef REQUANTIZED
    y[item] = (TYPE(Y))requantized(sum, sa, 0, sb, o * scaleStep, sy, zy, low, high);
#else
    y[item] = sum;
#endif
  }
}

/* t broadcasts rows of a, columns of b and the cells of their zero points to y. */
KERNEL(integer_mat_mul)(CONST TYPE(A) *a, CONST TYPE(B) *b, CONST TYPE(A) *za, CONST TYPE(B) *zb,
                        SCALES GLOBAL TYPE(Y) *y, CONST int *t, int items, int k, int n, int low,
                        int high) {
  const int item = ITEM;
  if (item < items) {
    const int cellA = broadcast_at(t, item, 2);
    const int cellB = broadcast_at(t, item, 3);
    const int zeroA = za ? (int)za[cellA] : 0;
    const int zeroB = zb ? (int)zb[cellB] : 0;
    CONST TYPE(A) *row = a + broadcast_at(t, item, 0) * k;
    const int column = broadcast_at(t, item, 1);
    CONST TYPE(B) *first = b + column / n * n * k + column % n;
    int sum = 0;
    for (int i = 0; i < k; i++) {
      sum += ((int)row[i] - zeroA) * ((int)first[i * n] - zeroB);
    }
#ifdef REQUANTIZED
    y[item] = (TYPE(Y))requantized(sum, sa, cellA, sb, cellB, sy, zy, low, high);
#else
    y[item] = sum;
#endif
  }
}
