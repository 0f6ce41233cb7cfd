/* values[1] where the index of a place is the position along the new axis, values[0] elsewhere;
   INDEX_REAL says that indices are floats. */
#ifdef INDEX_REAL
#define INDEX_AT(i) ((i64)LOAD(INDEX, indices, i))
#else
#define INDEX_AT(i) ((i64)indices[i])
#endif
KERNEL(one_hot)(CONST TYPE(INDEX) *indices, CONST TYPE(X) *values, GLOBAL TYPE(X) *y, int items,
                int depth, int inner) {
  const int i = ITEM;
  if (i < items) {
    const int d = i / inner % depth;
    const i64 index = INDEX_AT(i / inner / depth * inner + i % inner);
    y[i] = values[index == d || index == d - depth ? 1 : 0];
  }
}
