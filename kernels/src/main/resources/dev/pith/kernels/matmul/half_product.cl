/* Products of fp16 matrices on matrix units, summed in fp32: Y[M x N] = A[M x K] * B[K x N] for linear
   layers (A is x, B the weight), convolutions (A is the weight, B the windows of pixels, which are
   found as they are loaded) and batches of matrices. A group computes ROWS x COLUMNS; tiles of
   DEPTH along k are loaded STAGES - 1 steps ahead of the units. A tile lies in local memory as its
   matrix in memory does: k neighbours in a row, or, where A_TURNED or B_TURNED is defined, a row for
   each k, which ldmatrix turns. Where 16 bytes of memory are of one row and aligned they are copied
   in the background, otherwise (A_PAIRS, B_PAIRS, WINDOWS) two elements at a time, by way of
   registers: they are asked for before a step's products and put down after them. */
#define SIZE (32 * WARPS_DOWN * WARPS_ACROSS)
#define DEPTH 32
#define DOWN (ROWS / WARPS_DOWN / 16)
#define ACROSS (COLUMNS / WARPS_ACROSS / 8)
#define BAND 16 /* groups that share columns run near each other */
#define A_WORDS (ROWS * DEPTH / 2)
#define B_WORDS (COLUMNS * DEPTH / 2)
#define STAGE_WORDS (A_WORDS + B_WORDS)

/* The word where a chunk of 16 bytes of a tile's row lies: any eight rows' are in all banks. */
FUNCTION int swizzled(int row, int chunk, int chunks) {
  const int turns = chunks < 8 ? chunks : 8;
  return 4 * (row * chunks + (chunk ^ row / (8 / turns) % turns));
}

FUNCTION u32 half_at(CONST f16 *from, int at, int is) {
  return is ? ((CONST u16 *)from)[at] : 0;
}

/* What elements of a row of a factor begin at: neighbours but for the images of a batch. */
FUNCTION int start_of(int element, int pixels, int image) {
  return element / pixels * image + element % pixels;
}

/* Background copies of a tile whose rows lie along k: `extent` rows of `pitch` elements. */
#define COPY_STRAIGHT(tile, from, first, count, extent, pitch)                              \
  UNROLL                                                                                    \
  for (int i = LANE; i < (extent) * (DEPTH / 8); i += SIZE) {                               \
    const int row = (first) + i / (DEPTH / 8);                                              \
    const int at = k0 + 8 * (i % (DEPTH / 8));                                              \
    const int is = row < (count) && at < k;                                                 \
    COPY16((tile) + swizzled(i / (DEPTH / 8), i % (DEPTH / 8), DEPTH / 8), from,            \
           is ? row * (pitch) + at : 0, is);                                                \
  }
/* The same with a row for each k. */
#define COPY_TURNED(tile, from, first, count, extent, pitch, pixels, image)                 \
  UNROLL                                                                                    \
  for (int i = LANE; i < (extent) * (DEPTH / 8); i += SIZE) {                               \
    const int chunk = i % ((extent) / 8);                                                   \
    const int at = (first) + 8 * chunk;                                                     \
    const int row = k0 + i / ((extent) / 8);                                                \
    const int is = at < (count) && row < k;                                                 \
    COPY16((tile) + swizzled(i / ((extent) / 8), chunk, (extent) / 8), from,                \
           is ? start_of(at, pixels, image) + row * (pitch) : 0, is);                       \
  }
#define PAIRS(extent) ((extent) * DEPTH / 2 / SIZE)
/* Two neighbours at a time to registers. */
#define FETCH_STRAIGHT(held, from, first, count, extent, pitch)                             \
  UNROLL                                                                                    \
  for (int p = 0; p < PAIRS(extent); p++) {                                                 \
    const int i = LANE + p * SIZE;                                                          \
    const int row = (first) + i / (DEPTH / 2);                                              \
    const int at = k0 + 2 * (i % (DEPTH / 2));                                              \
    const int is = row < (count);                                                           \
    held[p] = half_at(from, row * (pitch) + at, is && at < k) |                             \
              half_at(from, row * (pitch) + at + 1, is && at + 1 < k) << 16;                \
  }
#define FETCH_TURNED(held, from, first, count, extent, pitch, pixels, image)                \
  UNROLL                                                                                    \
  for (int p = 0; p < PAIRS(extent); p++) {                                                 \
    const int i = LANE + p * SIZE;                                                          \
    const int at = (first) + 2 * (i % ((extent) / 2));                                      \
    const int row = k0 + i / ((extent) / 2);                                                \
    const int start = row * (pitch);                                                        \
    held[p] = half_at(from, start + start_of(at, pixels, image), at < (count) && row < k) | \
              half_at(from, start + start_of(at + 1, pixels, image),                        \
                      at + 1 < (count) && row < k) << 16;                                   \
  }
#define PUT_STRAIGHT(tile, held, extent)                                                    \
  UNROLL                                                                                    \
  for (int p = 0; p < PAIRS(extent); p++) {                                                 \
    const int i = LANE + p * SIZE;                                                          \
    const int at = i % (DEPTH / 2);                                                         \
    (tile)[swizzled(i / (DEPTH / 2), at / 4, DEPTH / 8) + at % 4] = (int)held[p];           \
  }
#define PUT_TURNED(tile, held, extent)                                                      \
  UNROLL                                                                                    \
  for (int p = 0; p < PAIRS(extent); p++) {                                                 \
    const int i = LANE + p * SIZE;                                                          \
    const int at = i % ((extent) / 2);                                                      \
    (tile)[swizzled(i / ((extent) / 2), at / 4, (extent) / 8) + at % 4] = (int)held[p];     \
  }

#if defined(WINDOWS)
/* Where the window of a column begins: element of x, and pixel of the input along three axes. */
FUNCTION int window_of(CONST int *g, int column, int columns, int pixels, int image,
                       int *corner) {
  const int pixel = column % pixels;
  const int row = pixel / g[OUT + 2];
  corner[0] = row / g[OUT + 1] * g[STRIDE] - g[PAD];
  corner[1] = row % g[OUT + 1] * g[STRIDE + 1] - g[PAD + 1];
  corner[2] = pixel % g[OUT + 2] * g[STRIDE + 2] - g[PAD + 2];
  const int at = (corner[0] * g[IN + 1] + corner[1]) * g[IN + 2] + corner[2];
  corner[0] = column < columns ? corner[0] : -0x40000000; /* no tap lies inside */
  return column / pixels * image + at;
}
/* The element of a window that `offset` and the packed distances `taps` name. */
FUNCTION u32 windowed(CONST f16 *x, CONST int *g, int start, const int *corner, int offset, int taps) {
  const int z = corner[0] + (taps >> 20);
  const int y = corner[1] + (taps >> 10 & 1023);
  const int w = corner[2] + (taps & 1023);
  const int is = (z >= 0) & (z < g[IN]) & (y >= 0) & (y < g[IN + 1]) & (w >= 0) & (w < g[IN + 2]);
  return half_at(x, start + offset, is);
}
#define FETCH_WINDOWS(held)                                                                 \
  UNROLL                                                                                    \
  for (int p = 0; p < PAIRS(COLUMNS); p++) {                                                \
    const int row = k0 + (LANE + p * SIZE) / (COLUMNS / 2);                                 \
    const int offset = row < k ? places[2 * row] : 0;                                       \
    const int taps = row < k ? places[2 * row + 1] : 0;                                     \
    held[p] = row < k ? windowed(b, g, start[0], corner[0], offset, taps) |                 \
                            windowed(b, g, start[1], corner[1], offset, taps) << 16         \
                      : 0;                                                                  \
  }
#endif

/* Loads of a step: background copies, what goes to registers, and back from there. */
#if defined(A_PAIRS) && defined(A_TURNED)
#define COPY_A(tile)
#define FETCH_A FETCH_TURNED(heldA, a, row0, m, ROWS, pitchA, m, 0)
#define PUT_A(tile) PUT_TURNED(tile, heldA, ROWS)
#elif defined(A_PAIRS)
#define COPY_A(tile)
#define FETCH_A FETCH_STRAIGHT(heldA, a, row0, m, ROWS, pitchA)
#define PUT_A(tile) PUT_STRAIGHT(tile, heldA, ROWS)
#else
#if defined(A_TURNED)
#define COPY_A(tile) COPY_TURNED(tile, a, row0, m, ROWS, pitchA, m, 0)
#else
#define COPY_A(tile) COPY_STRAIGHT(tile, a, row0, m, ROWS, pitchA)
#endif
#define FETCH_A
#define PUT_A(tile)
#endif
#if defined(WINDOWS)
#define COPY_B(tile)
#define FETCH_B FETCH_WINDOWS(heldB)
#define PUT_B(tile) PUT_TURNED(tile, heldB, COLUMNS)
#elif defined(B_PAIRS) && defined(B_TURNED)
#define COPY_B(tile)
#define FETCH_B FETCH_TURNED(heldB, b, column0, n, COLUMNS, pitchB, pixels, image)
#define PUT_B(tile) PUT_TURNED(tile, heldB, COLUMNS)
#elif defined(B_PAIRS)
#define COPY_B(tile)
#define FETCH_B FETCH_STRAIGHT(heldB, b, column0, n, COLUMNS, pitchB)
#define PUT_B(tile) PUT_STRAIGHT(tile, heldB, COLUMNS)
#else
#if defined(B_TURNED)
#define COPY_B(tile) COPY_TURNED(tile, b, column0, n, COLUMNS, pitchB, pixels, image)
#else
#define COPY_B(tile) COPY_STRAIGHT(tile, b, column0, n, COLUMNS, pitchB)
#endif
#define FETCH_B
#define PUT_B(tile)
#endif
/* 16 rows of A by 16 of k, and 16 columns of B by 16 of k, for units. */
#if defined(A_TURNED)
#define UNIT_A(r, tile, first, depth)                                                       \
  LDMATRIX4_TURNED(r, tile, swizzled((depth) + lane % 8 + lane % 32 / 16 * 8,               \
                                     (first) / 8 + lane / 8 % 2, ROWS / 8))
#else
#define UNIT_A(r, tile, first, depth)                                                       \
  LDMATRIX4(r, tile, swizzled((first) + lane % 16, (depth) / 8 + lane % 32 / 16, DEPTH / 8))
#endif
#if defined(B_TURNED)
#define UNIT_B(r, tile, first, depth)                                                       \
  LDMATRIX4_TURNED(r, tile, swizzled((depth) + lane % 16, (first) / 8 + lane % 32 / 16,     \
                                     COLUMNS / 8))
#else
#define UNIT_B(r, tile, first, depth)                                                       \
  LDMATRIX4(r, tile, swizzled((first) + lane % 8 + lane % 32 / 16 * 8,                      \
                              (depth) / 8 + lane / 8 % 2, DEPTH / 8))
#endif

KERNEL_OF(half_product, SIZE)
(CONST f16 *wholeA, CONST f16 *wholeB, CONST f16 *bias, CONST f16 *residual, GLOBAL f16 *y,
 CONST int *batch, CONST int *g, CONST int *places, int m, int n, int k, int pitchA, int pitchB,
 int sizeA, int sizeB, int pixels, int image, int hasBias, int hasResidual,
 float factor, float alpha, float beta) {
  LOCAL_AT_LAUNCH(memory, STAGES * STAGE_WORDS)
  MATRIX_LOCALS(SIZE)
  const int lane = LANE;
  const int warp = lane / 32;
  const int down = (m + ROWS - 1) / ROWS;
  const int across = (n + COLUMNS - 1) / COLUMNS;
  const int matrix = GROUP / (down * across);
  const int tile = GROUP % (down * across);
  const int band = tile / (BAND * across) * BAND;
  const int height = down - band < BAND ? down - band : BAND;
  const int place = tile - band * across;
  const int row0 = (band + place % height) * ROWS;
  const int column0 = place / height * COLUMNS;
  const int warpRow = warp / WARPS_ACROSS * (16 * DOWN);
  const int warpColumn = warp % WARPS_ACROSS * (8 * ACROSS);
  const int steps = (k + DEPTH - 1) / DEPTH;
  CONST f16 *a = wholeA + broadcast_at(batch, matrix, 0) * sizeA;
  CONST f16 *b = wholeB + broadcast_at(batch, matrix, 1) * sizeB;
#if defined(A_PAIRS)
  u32 heldA[PAIRS(ROWS)];
#endif
#if defined(B_PAIRS) || defined(WINDOWS)
  u32 heldB[PAIRS(COLUMNS)];
#endif
#if defined(WINDOWS)
  int corner[2][3];
  int start[2];
  UNROLL
  for (int i = 0; i < 2; i++) {
    start[i] = window_of(g, column0 + lane % (COLUMNS / 2) * 2 + i, n, pixels, image,
                         corner[i]);
  }
#endif
  float sum[DOWN][ACROSS][4];
  UNROLL
  for (int i = 0; i < DOWN; i++) {
    UNROLL
    for (int j = 0; j < ACROSS; j++) {
      UNROLL
      for (int d = 0; d < 4; d++) {
        sum[i][j][d] = 0;
      }
    }
  }
  for (int s = 0; s < STAGES - 1; s++) {
    const int k0 = s * DEPTH; /* behind k there are zeros */
    LOCALS int *to = memory + s * STAGE_WORDS;
    COPY_A(to)
    COPY_B(to + A_WORDS)
    COPIES_END();
    FETCH_A
    FETCH_B
    PUT_A(to)
    PUT_B(to + A_WORDS)
  }
  int stage = 0;
  for (int step = 0; step < steps; step++) {
    /* this step's copies are there, and no warp reads the stage that is written next any more */
    COPIES_WAIT(STAGES - 2);
    SYNC();
    const int k0 = (step + STAGES - 1) * DEPTH;
    LOCALS int *to = memory + (stage == 0 ? STAGES - 1 : stage - 1) * STAGE_WORDS;
    COPY_A(to)
    COPY_B(to + A_WORDS)
    COPIES_END();
    FETCH_A
    FETCH_B
    LOCALS int *tileA = memory + stage * STAGE_WORDS;
    LOCALS int *tileB = tileA + A_WORDS;
    UNROLL
    for (int depth = 0; depth < DEPTH; depth += 16) {
      int unitA[DOWN][4];
      UNROLL
      for (int i = 0; i < DOWN; i++) {
        UNIT_A(unitA[i], tileA, warpRow + 16 * i, depth);
      }
      UNROLL
      for (int j = 0; j < ACROSS; j += 2) {
        int unitB[4];
        UNIT_B(unitB, tileB, warpColumn + 8 * j, depth);
        UNROLL
        for (int i = 0; i < DOWN; i++) {
          MMA_F16(sum[i][j], unitA[i], unitB);
          MMA_F16(sum[i][j + 1], unitA[i], (unitB + 2));
        }
      }
    }
    PUT_A(to)
    PUT_B(to + A_WORDS)
    stage = stage == STAGES - 1 ? 0 : stage + 1;
  }
  COPIES_WAIT(0);
  UNROLL
  for (int i = 0; i < DOWN; i++) {
    UNROLL
    for (int j = 0; j < ACROSS; j++) {
      UNROLL
      for (int d = 0; d < 4; d++) {
        const int row = row0 + warpRow + 16 * i + lane % 32 / 4 + 8 * (d / 2);
        const int column = column0 + warpColumn + 8 * j + 2 * (lane % 4) + d % 2;
        if (row < m && column < n) {
          const int at = ((matrix + column / pixels) * m + row) * pixels + column % pixels;
          float v = sum[i][j][d] * factor;
          if (hasBias) {
            v += LOAD(F16, bias, BIAS_OF);
          }
          if (hasResidual) {
            v += LOAD(F16, residual, at);
          }
#ifdef ACTIVATION
          v = function_of(ACTIVATION, v, alpha, beta);
#endif
          STORE(F16, y, at, v);
        }
      }
    }
  }
}
