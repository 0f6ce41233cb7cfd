/* Conversions from FROM to TO; one work item for each element, or each byte where TO has four bits.
   FROM_REAL, FROM_NIBBLE, FROM_SIGNED, TO_REAL, TO_NIBBLE, TO_BOOL and DOUBLES say what they are. */
#if defined(DOUBLES) && (defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__))
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#if defined(FROM_REAL)
#define VALUE float
#define VALUE_AT(i) LOAD(FROM, x, i)
#elif defined(FROM_NIBBLE)
#define VALUE int
#define NIBBLE_AT(i) (x[(i) / 2] >> ((i) % 2 * 4) & 15)
#ifdef FROM_SIGNED
#define VALUE_AT(i) ((NIBBLE_AT(i) ^ 8) - 8)
#else
#define VALUE_AT(i) NIBBLE_AT(i)
#endif
#else
#define VALUE TYPE(FROM)
#define VALUE_AT(i) x[i]
#endif

KERNEL(cast)(CONST TYPE(FROM) *x, GLOBAL TYPE(TO) *y, int items) {
  const int i = ITEM;
#ifdef TO_NIBBLE
  if (i < (items + 1) / 2) {
    const int low = (int)(i64)VALUE_AT(2 * i) & 15;
    const int high = 2 * i + 1 < items ? (int)(i64)VALUE_AT(2 * i + 1) & 15 : 0;
    y[i] = (u8)(low | high << 4);
  }
#else
  if (i < items) {
    const VALUE v = VALUE_AT(i);
#if defined(TO_BOOL)
    y[i] = (u8)(v != 0);
#elif defined(TO_REAL)
    STORE(TO, y, i, (float)v);
#elif defined(TO_DOUBLE)
    y[i] = (double)v;
#elif defined(FROM_REAL) || defined(FROM_DOUBLE)
    y[i] = (TYPE(TO))(i64)v;
#else
    y[i] = (TYPE(TO))v;
#endif
  }
#endif
}
