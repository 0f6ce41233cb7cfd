/* Conversions from FROM to TO; FROM_FLOAT, TO_FLOAT and TO_BOOL say what they are. */
KERNEL(cast)(CONST TYPE(FROM) *x, GLOBAL TYPE(TO) *y, int items) {
  const int i = ITEM;
  if (i < items) {
#ifdef FROM_FLOAT
    const float v = LOAD(FROM, x, i);
#else
    const TYPE(FROM) v = x[i];
#endif
#if defined(TO_BOOL)
    y[i] = (u8)(v != 0);
#elif defined(TO_FLOAT)
    STORE(TO, y, i, (float)v);
#else
    y[i] = (TYPE(TO))(i64)v;
#endif
  }
}
