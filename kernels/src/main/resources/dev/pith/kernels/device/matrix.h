/* Groups of other sizes, products of packed bytes, and matrix units. Follows prelude.h.

   mma_i8: D[16 x 8] += A[16 x 32] * B[32 x 8] by a warp of 32 lanes, and mma_sparse_i8: A[16 x 64]
   of which two of every four neighbours are stored. A lane holds, with g = lane / 4, t = lane % 4:
     a[0..3]  row g, row g + 8, row g, row g + 8; columns 4t.., 4t.., 4t + 16.., 4t + 16.. (stored)
     b[i]     rows 4t + 16i .. of column g
     d[0..3]  row g: columns 2t, 2t + 1; row g + 8: columns 2t, 2t + 1
     e        two bits for each stored value of 32 columns: t = 0 row g, t = 1 row g + 8, t = 2 and
              t = 3 the same rows' next 32 columns
   NVIDIA's units are used where there are such; elsewhere lanes exchange through local memory, so
   that what lanes load can be checked on any device. Every lane of a group takes part. */
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#define KERNEL_OF(name, size) __kernel __attribute__((reqd_work_group_size(size, 1, 1))) void name
FUNCTION int dot4(int a, int b, int sum) {
  const char4 x = as_char4(a);
  const char4 y = as_char4(b);
  return sum + x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;
}
FUNCTION int byte_of(__local const int *words, int word, int i) {
  return (int)(char)(words[word] >> (8 * i));
}
#define MATRIX_LOCALS(size)           \
  __local int matrixA[4 * (size)];    \
  __local int matrixB[4 * (size)];    \
  __local int matrixE[(size)];
#define MATRIX_SHARE(a, b, countB)                                               \
  for (int i_ = 0; i_ < 4; i_++) matrixA[4 * LANE + i_] = (a)[i_];               \
  for (int i_ = 0; i_ < (countB); i_++) matrixB[4 * LANE + i_] = (b)[i_];
FUNCTION int matrix_a(__local const int *a, int warp, int row, int k) {
  const int lane = warp + row % 8 * 4 + k % 16 / 4;
  return byte_of(a, 4 * lane + row / 8 + 2 * (k / 16), k % 4);
}
FUNCTION int matrix_b(__local const int *b, int warp, int k, int column) {
  const int lane = warp + column * 4 + k % 16 / 4;
  return byte_of(b, 4 * lane + k / 16, k % 4);
}
FUNCTION int matrix_dot(__local const int *a, __local const int *b, int row, int column) {
  const int warp = LANE / 32 * 32;
  int sum = 0;
  for (int k = 0; k < 32; k++) {
    sum += matrix_a(a, warp, row, k) * matrix_b(b, warp, k, column);
  }
  return sum;
}
FUNCTION int matrix_sparse_dot(__local const int *a, __local const int *b, __local const int *e,
                               int row, int column) {
  const int warp = LANE / 32 * 32;
  int sum = 0;
  for (int k = 0; k < 32; k++) {
    const int word = e[warp + row % 8 * 4 + row / 8 + 2 * (k / 16)];
    const int place = word >> (2 * (k % 16)) & 3;
    sum += matrix_a(a, warp, row, k) * matrix_b(b, warp, k / 2 * 4 + place, column);
  }
  return sum;
}
#define MATRIX_ROW(i) (LANE % 32 / 4 + 8 * ((i) / 2))
#define MATRIX_COLUMN(i) (LANE % 4 * 2 + (i) % 2)
#define MMA_I8(d, a, b)                                                                     \
  {                                                                                         \
    MATRIX_SHARE(a, b, 2)                                                                   \
    SYNC();                                                                                 \
    for (int i_ = 0; i_ < 4; i_++)                                                          \
      (d)[i_] += matrix_dot(matrixA, matrixB, MATRIX_ROW(i_), MATRIX_COLUMN(i_));           \
    SYNC();                                                                                 \
  }
#define MMA_SPARSE_I8(d, a, b, e)                                                           \
  {                                                                                         \
    MATRIX_SHARE(a, b, 4)                                                                   \
    matrixE[LANE] = (e);                                                                    \
    SYNC();                                                                                 \
    for (int i_ = 0; i_ < 4; i_++)                                                          \
      (d)[i_] += matrix_sparse_dot(matrixA, matrixB, matrixE, MATRIX_ROW(i_),               \
                                   MATRIX_COLUMN(i_));                                      \
    SYNC();                                                                                 \
  }
#else
#define KERNEL_OF(name, size) extern "C" __global__ void __launch_bounds__(size) name
FUNCTION int dot4(int a, int b, int sum) { return __dp4a(a, b, sum); }
#define MATRIX_LOCALS(size)
#if __CUDA_ARCH__ >= 800
FUNCTION void mma_i8(int *d, const int *a, const int *b) {
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#if __CUDACC_VER_MAJOR__ > 12 || __CUDACC_VER_MAJOR__ == 12 && __CUDACC_VER_MINOR__ >= 5
#define SPARSE_KIND "mma.sp::ordered_metadata.sync" /* places ascend within four neighbours */
#else
#define SPARSE_KIND "mma.sp.sync"
#endif
FUNCTION void mma_sparse_i8(int *d, const int *a, const int *b, int e) {
  asm volatile(
      SPARSE_KIND ".aligned.m16n8k64.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, "
      "{%8,%9,%10,%11}, {%0,%1,%2,%3}, %12, 0x0;"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3]),
        "r"(e));
}
#define MMA_I8(d, a, b) mma_i8(d, a, b)
#define MMA_SPARSE_I8(d, a, b, e) mma_sparse_i8(d, a, b, e)
#endif
#endif
