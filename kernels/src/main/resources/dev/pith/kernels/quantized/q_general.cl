/* ONNX's quantization in its general form: any types, scales per tensor, axis or block. A work item
   is an element, or a byte where what it writes has four bits. Q is the integer type; Q_NIBBLE and
   Q_SIGNED say what it is. */
#ifdef Q_NIBBLE
#define NIBBLE_OF(p, i) ((p)[(i) / 2] >> ((i) % 2 * 4) & 15)
#ifdef Q_SIGNED
#define INTEGER_AT(p, i) ((NIBBLE_OF(p, i) ^ 8) - 8)
#else
#define INTEGER_AT(p, i) NIBBLE_OF(p, i)
#endif
#else
#define INTEGER_AT(p, i) ((p)[i])
#endif

/* Which scale belongs to an element: of all, of its place along an axis, of its block there. */
FUNCTION int scale_at(int element, int kind, int inner, int extent, int blocks, int size) {
  const int position = element / inner % extent;
  return kind == 0   ? 0
         : kind == 1 ? position
                     : (element / inner / extent * blocks + position / size) * inner + element % inner;
}

#ifdef TO_INTEGER
FUNCTION int quantized_at(CONST TYPE(X) *x, CONST TYPE(S) *scale, CONST TYPE(Q) *zero, int i, int at,
                          int low, int high) {
  const float v = DIV(LOAD(X, x, i), LOAD(S, scale, at));
  return quantized(AS(P, v), zero ? (int)INTEGER_AT(zero, at) : 0, low, high);
}

KERNEL(quantize_linear)(CONST TYPE(X) *x, CONST TYPE(S) *scale, CONST TYPE(Q) *zero,
                        GLOBAL TYPE(Q) *y, int items, int kind, int inner, int extent, int blocks,
                        int size, int low, int high) {
  const int item = ITEM;
#ifdef Q_NIBBLE
  const int i = 2 * item;
  if (i < items) {
    int v = quantized_at(x, scale, zero, i, scale_at(i, kind, inner, extent, blocks, size), low,
                         high) & 15;
    if (i + 1 < items) {
      v |= (quantized_at(x, scale, zero, i + 1,
                         scale_at(i + 1, kind, inner, extent, blocks, size), low, high) & 15) << 4;
    }
    y[item] = (u8)v;
  }
#else
  if (item < items) {
    y[item] = (TYPE(Q))quantized_at(x, scale, zero, item,
                                    scale_at(item, kind, inner, extent, blocks, size), low, high);
  }
#endif
}
#else
KERNEL(dequantize_linear)(CONST TYPE(Q) *x, CONST TYPE(S) *scale, CONST TYPE(Q) *zero,
                          GLOBAL TYPE(X) *y, int items, int kind, int inner, int extent,
                          int blocks, int size) {
  const int i = ITEM;
  if (i < items) {
    const int at = scale_at(i, kind, inner, extent, blocks, size);
    const i64 v = (i64)INTEGER_AT(x, i) - (zero ? (i64)INTEGER_AT(zero, at) : 0);
    STORE(X, y, i, MUL((float)v, LOAD(S, scale, at)));
  }
}
#endif
