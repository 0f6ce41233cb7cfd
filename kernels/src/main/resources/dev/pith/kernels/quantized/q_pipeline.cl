/* int8 products of many rows on matrix units, dense or 2:4 weights. A group computes OUTS output
   channels by COLUMNS rows of x. Tiles of weights and of x come by asynchronous copies, STAGES - 1
   steps of 64 weight columns ahead of the units, which read them by ldmatrix. Rows of a tile are
   swizzled in chunks of 16 bytes, so that the eight rows ldmatrix reads at once lie in all banks.
   x stays unsigned; `correction` times a weight row's sum is added at the end. */
#define SIZE (32 * WARPS_DOWN * WARPS_ACROSS)
#define DEPTH 64
#define DOWN (OUTS / WARPS_DOWN / 16)       /* tiles of 16 channels of a warp */
#define ACROSS (COLUMNS / WARPS_ACROSS / 8) /* tiles of 8 rows of x of a warp */
#define BAND 16                             /* groups that share rows of x run near each other */

#if defined(NM)
#define STORED (DEPTH / 2)
#define PLACES (2 * OUTS)
#else
#define STORED DEPTH
#define PLACES 0
#endif
/* Words of a stage: weights, x, and places of 2:4 weights. */
#define WEIGHT_WORDS (OUTS * STORED / 4)
#define INPUT_WORDS (COLUMNS * DEPTH / 4)
#define STAGE_WORDS (WEIGHT_WORDS + INPUT_WORDS + PLACES)

/* The word of a tile whose rows have `chunks` chunks where a chunk of a row lies. */
FUNCTION int swizzled(int row, int chunk, int chunks) {
  return 4 * (row * chunks + (chunk ^ row / (8 / chunks) % chunks));
}

/* Begins the copies of a step. */
FUNCTION void load_stage(LOCALS int *stage, CONST u8 *x, CONST i8 *values, CONST int *places,
                         int out0, int column0, int k0, int columns, int outs, int k) {
  const int length = k / (DEPTH / STORED); /* bytes of a whole weight row */
  for (int i = LANE; i < OUTS * (STORED / 16); i += SIZE) {
    const int o = i / (STORED / 16);
    const int chunk = i % (STORED / 16);
    const int at = k0 / (DEPTH / STORED) + 16 * chunk;
    const int is = out0 + o < outs && at < length;
    COPY16(stage + swizzled(o, chunk, STORED / 16), values, is ? (out0 + o) * length + at : 0, is);
  }
  for (int i = LANE; i < COLUMNS * (DEPTH / 16); i += SIZE) {
    const int c = i / (DEPTH / 16);
    const int chunk = i % (DEPTH / 16);
    const int at = k0 + 16 * chunk;
    const int is = column0 + c < columns && at < k;
    COPY16(stage + WEIGHT_WORDS + swizzled(c, chunk, DEPTH / 16), x,
           is ? (column0 + c) * k + at : 0, is);
  }
#if defined(NM)
  for (int i = LANE; i < OUTS; i += SIZE) {
    LOCALS int *to = stage + WEIGHT_WORDS + INPUT_WORDS + 2 * i;
    if (out0 + i < outs) {
      COPY8(to, places, (out0 + i) * (k / 32) + k0 / 32, 1);
    } else {
      to[0] = to[1] = 0x44444444; /* places 0 and 1: they must ascend, whatever the values */
    }
  }
#endif
}

KERNEL_OF(q_pipeline, SIZE)
(CONST u8 *x, CONST i8 *values, CONST int *places, CONST int *rowSums, CONST float *scale,
 CONST int *bias, GLOBAL TYPE(OUTPUT) *y, int columns, int outs, int k, int hasBias,
 int correction, int zero, int low, int high) {
  LOCAL_AT_LAUNCH(memory, STAGES * STAGE_WORDS)
  MATRIX_LOCALS(SIZE)
  const int lane = LANE;
  const int warp = lane / 32;
  const int down = (outs + OUTS - 1) / OUTS;
  const int across = (columns + COLUMNS - 1) / COLUMNS;
  const int band = GROUP / (BAND * across) * BAND;
  const int height = down - band < BAND ? down - band : BAND;
  const int place = GROUP - band * across;
  const int out0 = (band + place % height) * OUTS;
  const int column0 = place / height * COLUMNS;
  const int warpOut = warp / WARPS_ACROSS * (16 * DOWN);
  const int warpColumn = warp % WARPS_ACROSS * (8 * ACROSS);
  const int row = lane % 32 / 4;
  const int quad = lane % 4;
  /* what the lane names for ldmatrix: of weights, rows 0 to 15 of two chunks; of x, below */
  const int top = lane % 16;
  const int side = lane % 32 / 16;
  const int steps = (k + DEPTH - 1) / DEPTH;
  int sum[DOWN][ACROSS][4];
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
    if (s < steps) {
      load_stage(memory + s * STAGE_WORDS, x, values, places, out0, column0, s * DEPTH, columns,
                 outs, k);
    }
    COPIES_END();
  }
  int stage = 0;
  for (int step = 0; step < steps; step++) {
    /* this step's copies are there, and no warp reads the stage that is written next any more */
    COPIES_WAIT(STAGES - 2);
    SYNC();
    const int ahead = step + STAGES - 1;
    if (ahead < steps) {
      load_stage(memory + (stage == 0 ? STAGES - 1 : stage - 1) * STAGE_WORDS, x, values, places,
                 out0, column0, ahead * DEPTH, columns, outs, k);
    }
    COPIES_END();
    LOCALS int *weight = memory + stage * STAGE_WORDS;
    LOCALS int *input = weight + WEIGHT_WORDS;
#if defined(NM)
    int a[DOWN][4];
    int e[DOWN];
    UNROLL
    for (int i = 0; i < DOWN; i++) {
      const int first = warpOut + 16 * i;
      LDMATRIX4(a[i], weight, swizzled(first + top, side, STORED / 16));
      e[i] = input[INPUT_WORDS + 2 * (first + row + 8 * (quad % 2)) + quad / 2];
    }
    UNROLL
    for (int j = 0; j < ACROSS; j++) {
      int b[4]; /* 8 rows of x, four chunks */
      LDMATRIX4(b, input, swizzled(warpColumn + 8 * j + lane % 8, lane % 32 / 8, DEPTH / 16));
      UNROLL
      for (int i = 0; i < DOWN; i++) {
        MMA_SPARSE_I8_U8(sum[i][j], a[i], b, e[i]);
      }
    }
#else
    UNROLL
    for (int part = 0; part < 2; part++) {
      int a[DOWN][4];
      UNROLL
      for (int i = 0; i < DOWN; i++) {
        LDMATRIX4(a[i], weight,
                  swizzled(warpOut + 16 * i + top, 2 * part + side, STORED / 16));
      }
      UNROLL
      for (int j = 0; j < ACROSS; j += 2) {
        int b[4]; /* 16 rows of x, two chunks */
        LDMATRIX4(b, input,
                  swizzled(warpColumn + 8 * j + lane % 8 + 8 * side, 2 * part + lane / 8 % 2,
                           DEPTH / 16));
        UNROLL
        for (int i = 0; i < DOWN; i++) {
          MMA_I8_U8(sum[i][j], a[i], b);
          MMA_I8_U8(sum[i][j + 1], a[i], (b + 2));
        }
      }
    }
#endif
    stage = stage == STAGES - 1 ? 0 : stage + 1;
  }
#ifdef QUANTIZED_OUTPUT
  /* bytes lie by columns in local memory first, so that they are stored in rows of y */
  LOCALS u8 *bytes = (LOCALS u8 *)memory;
  COPIES_WAIT(0);
  SYNC();
#endif
  UNROLL
  for (int i = 0; i < DOWN; i++) {
    UNROLL
    for (int d = 0; d < 4; d += 2) {
      const int o = warpOut + 16 * i + row + 4 * d;
      const int is = out0 + o < outs;
      const int offset =
          is ? correction * rowSums[out0 + o] + (hasBias ? bias[out0 + o] : 0) : 0;
      const float factor = is ? scale[out0 + o] : 0;
      UNROLL
      for (int j = 0; j < ACROSS; j++) {
        UNROLL
        for (int n = 0; n < 2; n++) {
          const int c = warpColumn + 8 * j + 2 * quad + n;
          const float v = MUL((float)(sum[i][j][d + n] + offset), factor);
#ifdef QUANTIZED_OUTPUT
          bytes[c * (OUTS + 16) + o] = (u8)quantized(v, zero, low, high);
#else
          if (is && column0 + c < columns) {
            y[(column0 + c) * outs + out0 + o] = v;
          }
#endif
        }
      }
    }
  }
#ifdef QUANTIZED_OUTPUT
  SYNC();
  for (int i = lane; i < COLUMNS * (OUTS / 16); i += SIZE) {
    const int c = i / (OUTS / 16);
    const int o = i % (OUTS / 16) * 16;
    LOCALS const int *from = memory + (c * (OUTS + 16) + o) / 4;
    const int to = (column0 + c) * outs + out0 + o;
    if (column0 + c < columns) {
      if (outs % 16 == 0 && out0 + o < outs) {
        STORE4((GLOBAL int *)(y + to), from);
      } else {
        for (int j = 0; j < 16 && out0 + o + j < outs; j++) {
          STORE(OUTPUT, y, to + j, bytes[c * (OUTS + 16) + o + j]);
        }
      }
    }
  }
#endif
}
