/* Groups of other sizes, products of packed bytes, and matrix units. Follows prelude.h.

   mma_i8: D[16 x 8] += A[16 x 32] * B[32 x 8] by a warp of 32 lanes, and mma_sparse_i8: A[16 x 64]
   of which two of every four neighbours are stored. A lane holds, with g = lane / 4, t = lane % 4:
     a[0..3]  row g, row g + 8, row g, row g + 8; columns 4t.., 4t.., 4t + 16.., 4t + 16.. (stored)
     b[i]     rows 4t + 16i .. of column g
     d[0..3]  row g: columns 2t, 2t + 1; row g + 8: columns 2t, 2t + 1
   MMA_I8_U8 and MMA_SPARSE_I8_U8 take B as unsigned bytes.
   MMA_F16: A[16 x 16] * B[16 x 8] of fp16, summed in fp32: a lane holds the same bytes of A and B as
   of int8, that is, half as many columns, and d as above.
     e        two bits for each stored value of 32 columns: t = 0 row g, t = 1 row g + 8, t = 2 and
              t = 3 the same rows' next 32 columns
   LDMATRIX4(r, base, at): lane 8i + j names the word where row j of matrix i lies, 16 bytes; r[i] is
   word t of row g of matrix i. LDMATRIX4_TURNED gives halves g of rows 2t and 2t + 1 instead. COPY16 and COPY8 copy 16 or 8 bytes from an element of device memory
   to local words in the background, or zeros; COPIES_END closes what was begun since the last one;
   COPIES_WAIT(n) waits for all but the last n of these. Memory of LOCAL_AT_LAUNCH is as large as
   the launch says, which may be more than a source may declare.
   NVIDIA's units are used where there are such; elsewhere lanes exchange through local memory, so
   that what lanes load can be checked on any device. Every lane of a group takes part. */
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#define KERNEL_OF(name, size) __kernel __attribute__((reqd_work_group_size(size, 1, 1))) void name
#if defined(__opencl_c_integer_dot_product_input_4x8bit_packed) /* of cl_khr_integer_dot_product */
FUNCTION int dot4(int a, int b, int sum) { return sum + dot_4x8packed_ss_int((u32)a, (u32)b); }
#else
FUNCTION int dot4(int a, int b, int sum) {
  const char4 x = as_char4(a);
  const char4 y = as_char4(b);
  return sum + x.x * y.x + x.y * y.y + x.z * y.z + x.w * y.w;
}
#endif
FUNCTION int byte_of(__local const int *words, int word, int i) {
  return (int)(char)(words[word] >> (8 * i));
}
#define UNROLL _Pragma("nounroll") /* compilers of CPUs take long for what is unrolled */
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
FUNCTION int matrix_dot(__local const int *a, __local const int *b, int warp, int row, int column,
                        int mask) {
  int sum = 0;
  for (int k = 0; k < 32; k++) {
    sum += matrix_a(a, warp, row, k) * (matrix_b(b, warp, k, column) & mask);
  }
  return sum;
}
FUNCTION int matrix_sparse_dot(__local const int *a, __local const int *b, __local const int *e,
                               int warp, int row, int column, int mask) {
  int sum = 0;
  for (int k = 0; k < 32; k++) {
    const int word = e[warp + row % 8 * 4 + row / 8 + 2 * (k / 16)];
    const int place = word >> (2 * (k % 16)) & 3;
    sum += matrix_a(a, warp, row, k) * (matrix_b(b, warp, k / 2 * 4 + place, column) & mask);
  }
  return sum;
}
#define MATRIX_WARP (LANE / 32 * 32) /* not in functions: PoCL has no LANE in those it calls */
#define MATRIX_ROW(i) (LANE % 32 / 4 + 8 * ((i) / 2))
#define MATRIX_COLUMN(i) (LANE % 4 * 2 + (i) % 2)
#define MMA_MASKED(d, a, b, mask)                                                           \
  {                                                                                         \
    MATRIX_SHARE(a, b, 2)                                                                   \
    SYNC();                                                                                 \
    for (int i_ = 0; i_ < 4; i_++)                                                          \
      (d)[i_] += matrix_dot(matrixA, matrixB, MATRIX_WARP, MATRIX_ROW(i_),                  \
                              MATRIX_COLUMN(i_), mask);                                     \
    SYNC();                                                                                 \
  }
#define MMA_SPARSE_MASKED(d, a, b, e, mask)                                                 \
  {                                                                                         \
    MATRIX_SHARE(a, b, 4)                                                                   \
    matrixE[LANE] = (e);                                                                    \
    SYNC();                                                                                 \
    for (int i_ = 0; i_ < 4; i_++)                                                          \
      (d)[i_] += matrix_sparse_dot(matrixA, matrixB, matrixE, MATRIX_WARP, MATRIX_ROW(i_),  \
                                     MATRIX_COLUMN(i_), mask);                              \
    SYNC();                                                                                 \
  }
#define MMA_I8(d, a, b) MMA_MASKED(d, a, b, -1)
#define MMA_I8_U8(d, a, b) MMA_MASKED(d, a, b, 255)
#define MMA_SPARSE_I8(d, a, b, e) MMA_SPARSE_MASKED(d, a, b, e, -1)
#define MMA_SPARSE_I8_U8(d, a, b, e) MMA_SPARSE_MASKED(d, a, b, e, 255)
#define LDMATRIX4(r, base, at)                                                              \
  {                                                                                         \
    matrixE[LANE] = (at);                                                                   \
    SYNC();                                                                                 \
    for (int i_ = 0; i_ < 4; i_++)                                                          \
      (r)[i_] = (base)[matrixE[LANE / 32 * 32 + 8 * i_ + LANE % 32 / 4] + LANE % 4];        \
    SYNC();                                                                                 \
  }
#define LDMATRIX4_TURNED(r, base, at)                                                       \
  {                                                                                         \
    matrixE[LANE] = (at);                                                                   \
    SYNC();                                                                                 \
    for (int i_ = 0; i_ < 4; i_++) {                                                        \
      const int at_ = LANE / 32 * 32 + 8 * i_ + LANE % 4 * 2;                               \
      const int half_ = LANE % 32 / 4;                                                      \
      const int low_ = (base)[matrixE[at_] + half_ / 2] >> (16 * (half_ % 2)) & 0xffff;     \
      const int high_ = (base)[matrixE[at_ + 1] + half_ / 2] >> (16 * (half_ % 2));         \
      (r)[i_] = low_ | high_ << 16;                                                         \
    }                                                                                       \
    SYNC();                                                                                 \
  }
/* A half by arithmetic: what was stored as an int may not be read as another type. */
FUNCTION float half_of(int bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const float small = (float)fraction * 0x1p-24f;
  const int scaled = (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
  return as_float((exponent == 0 ? as_int(small) : scaled) | (bits & 0x8000) << 16);
}
#define MMA_F16(d, a, b)                                                                    \
  {                                                                                         \
    MATRIX_SHARE(a, b, 2)                                                                   \
    SYNC();                                                                                 \
    UNROLL                                                                                  \
    for (int i_ = 0; i_ < 4; i_++) {                                                        \
      const int top_ = 4 * (MATRIX_WARP + LANE % 32 / 4 * 4) + i_ / 2;                      \
      const int left_ = 4 * (MATRIX_WARP + MATRIX_COLUMN(i_) * 4);                          \
      float dot_ = 0;                                                                       \
      UNROLL                                                                                \
      for (int k_ = 0; k_ < 8; k_++) {                                                      \
        const int x_ = matrixA[top_ + 4 * (k_ % 4) + 2 * (k_ / 4)];                         \
        const int y_ = matrixB[left_ + 4 * (k_ % 4) + k_ / 4];                              \
        dot_ += half_of(x_) * half_of(y_) + half_of(x_ >> 16) * half_of(y_ >> 16);          \
      }                                                                                     \
      (d)[i_] += dot_;                                                                      \
    }                                                                                       \
    SYNC();                                                                                 \
  }
#define LOCAL_AT_LAUNCH(name, words) __local int name[words];
FUNCTION void copy_words(__local int *to, __global const int *from, int words, int is) {
  for (int i = 0; i < words; i++) {
    to[i] = is ? from[i] : 0;
  }
}
#define COPY16(to, from, at, is) copy_words(to, (__global const int *)((from) + (at)), 4, is)
#define COPY8(to, from, at, is) copy_words(to, (__global const int *)((from) + (at)), 2, is)
#define COPIES_END()
#define COPIES_WAIT(count)
#define STORE4(to, from)                                                                    \
  for (int i_ = 0; i_ < 4; i_++) (to)[i_] = (from)[i_];
#else
#define KERNEL_OF(name, size) extern "C" __global__ void __launch_bounds__(size) name
FUNCTION int dot4(int a, int b, int sum) { return __dp4a(a, b, sum); }
#define MATRIX_LOCALS(size)
#if __CUDA_ARCH__ >= 800
#define MMA_FUNCTION(name, type)                                                            \
  FUNCTION void name(int *d, const int *a, const int *b) {                                  \
    asm volatile(                                                                           \
        "mma.sync.aligned.m16n8k32.row.col.s32.s8." type ".s32 {%0,%1,%2,%3}, "             \
        "{%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"                                            \
        : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])                                    \
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));                \
  }
MMA_FUNCTION(mma_i8, "s8")
MMA_FUNCTION(mma_i8_u8, "u8")
#if __CUDACC_VER_MAJOR__ > 12 || __CUDACC_VER_MAJOR__ == 12 && __CUDACC_VER_MINOR__ >= 5
#define SPARSE_KIND "mma.sp::ordered_metadata.sync" /* places ascend within four neighbours */
#else
#define SPARSE_KIND "mma.sp.sync"
#endif
#define MMA_SPARSE_FUNCTION(name, type)                                                     \
  FUNCTION void name(int *d, const int *a, const int *b, int e) {                           \
    asm volatile(                                                                           \
        SPARSE_KIND ".aligned.m16n8k64.row.col.s32.s8." type ".s32 {%0,%1,%2,%3}, "         \
        "{%4,%5,%6,%7}, {%8,%9,%10,%11}, {%0,%1,%2,%3}, %12, 0x0;"                          \
        : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])                                    \
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]),      \
          "r"(b[3]), "r"(e));                                                               \
  }
MMA_SPARSE_FUNCTION(mma_sparse_i8, "s8")
MMA_SPARSE_FUNCTION(mma_sparse_i8_u8, "u8")
FUNCTION void mma_f16(float *d, const int *a, const int *b) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, "
      "{%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#define MMA_F16(d, a, b) mma_f16(d, a, b)
#define MMA_I8(d, a, b) mma_i8(d, a, b)
#define MMA_I8_U8(d, a, b) mma_i8_u8(d, a, b)
#define MMA_SPARSE_I8(d, a, b, e) mma_sparse_i8(d, a, b, e)
#define MMA_SPARSE_I8_U8(d, a, b, e) mma_sparse_i8_u8(d, a, b, e)
FUNCTION u32 local_address(const int *words) { return (u32)__cvta_generic_to_shared(words); }
FUNCTION void load_matrix4(int *r, const int *from) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(local_address(from))
               : "memory");
}
FUNCTION void load_matrix4_turned(int *r, const int *from) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(local_address(from))
               : "memory");
}
FUNCTION void copy16(int *to, const void *from, int is) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(local_address(to)),
               "l"(__cvta_generic_to_global(from)), "r"(is ? 16 : 0)
               : "memory");
}
FUNCTION void copy8(int *to, const void *from, int is) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 8, %2;" ::"r"(local_address(to)),
               "l"(__cvta_generic_to_global(from)), "r"(is ? 8 : 0)
               : "memory");
}
#define UNROLL _Pragma("unroll")
#define LDMATRIX4(r, base, at) load_matrix4(r, (base) + (at))
#define LDMATRIX4_TURNED(r, base, at) load_matrix4_turned(r, (base) + (at))
#define LOCAL_AT_LAUNCH(name, words) extern __shared__ __align__(128) int name[];
#define COPY16(to, from, at, is) copy16(to, (from) + (at), is)
#define COPY8(to, from, at, is) copy8(to, (from) + (at), is)
#define COPIES_END() asm volatile("cp.async.commit_group;" ::: "memory")
#define COPIES_WAIT(count) asm volatile("cp.async.wait_group %0;" ::"n"(count) : "memory")
#define STORE4(to, from) (*(int4 *)(to) = *(const int4 *)(from))
#endif
#endif
