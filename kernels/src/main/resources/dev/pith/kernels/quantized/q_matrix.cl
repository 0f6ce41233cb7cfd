/* int8 layers on matrix units: a group of four warps computes a tile of 64 output channels by 64
   columns (rows of x, or pixels), a warp 16 x 64 of it. Weights lie compressed in memory and are
   expanded, where they are, to a tile in local memory only; 2:4 weights never are. Activations are
   x - 128 as signed bytes; `correction` times a weight row's sum is added at the end. A convolution
   is the same product: its column is the window of a pixel, found as it is loaded. */
#define SIZE 128
#define TILE 64
#define DEPTH 64   /* columns of the weight in a step */
#define PITCH 80   /* bytes from one row of a tile to the next: no two lanes of a load share a bank */

#if defined(NM)
#define STORED (DEPTH / 2) /* bytes of a weight row in a step */
#else
#define STORED DEPTH
#endif

#if defined(SPARSE)
/* The first of the blocks from `low` to `high`, which ascend, that ends behind column k0. */
FUNCTION int first_block(CONST TYPE(INDEX) *blocks, int low, int high, int k0) {
  while (low < high) {
    const int middle = (low + high) / 2;
    if ((int)blocks[middle] * BLOCK_COLUMNS < k0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
#endif

KERNEL_OF(q_matrix, SIZE)
(CONST u8 *x, CONST i8 *values, CONST int *extra, CONST TYPE(INDEX) *blocks, CONST int *rowSums,
 CONST float *scale, CONST int *bias, GLOBAL TYPE(OUTPUT) *y, CONST int *g, int columns, int outs,
 int k, int pixels, int inPixels, int inChannels, int hasBias, int correction, int padding,
 int zero, int low, int high) {
  LOCAL int weight[TILE * PITCH / 4];
  LOCAL int input[TILE * PITCH / 4];
#if defined(NM)
  LOCAL int places[2 * TILE];
#endif
  MATRIX_LOCALS(SIZE)
  const int lane = LANE;
  const int down = (outs + TILE - 1) / TILE;
  const int out0 = GROUP % down * TILE;
  const int column0 = GROUP / down * TILE;
  const int warp = lane / 32;
  const int row = lane % 32 / 4;
  const int quad = lane % 4;
#if defined(SPARSE)
  LOCALS i8 *weightBytes = (LOCALS i8 *)weight;
#endif
  int sum[8][4];
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 4; j++) {
      sum[i][j] = 0;
    }
  }
  for (int k0 = 0; k0 < k; k0 += DEPTH) {
    SYNC();
    /* weights */
#if defined(SPARSE)
    for (int i = lane; i < TILE * PITCH / 4; i += SIZE) {
      weight[i] = 0;
    }
    SYNC();
    for (int set = lane / LANES; set < TILE / BLOCK_ROWS; set += SIZE / LANES) {
      if (out0 + set * BLOCK_ROWS < outs) {
        const int end = extra[out0 / BLOCK_ROWS + set + 1];
        const int start = first_block(blocks, extra[out0 / BLOCK_ROWS + set], end, k0);
        for (int b = start + lane % LANES;
             b < end && (int)blocks[b] * BLOCK_COLUMNS < k0 + DEPTH; b += LANES) {
          const int at = (int)blocks[b] * BLOCK_COLUMNS - k0;
          for (int i = 0; i < BLOCK_ROWS * BLOCK_COLUMNS; i++) {
            weightBytes[(set * BLOCK_ROWS + i / BLOCK_COLUMNS) * PITCH + at + i % BLOCK_COLUMNS] =
                values[b * BLOCK_ROWS * BLOCK_COLUMNS + i];
          }
        }
      }
    }
#else
    const int length = k / (DEPTH / STORED); /* bytes of a whole weight row */
    for (int i = lane; i < TILE * STORED / 4; i += SIZE) {
      const int o = i / (STORED / 4);
      const int at = k0 / (DEPTH / STORED) + i % (STORED / 4) * 4;
      int word = 0;
      if (out0 + o < outs) {
        CONST i8 *from = values + (out0 + o) * length + at;
#if defined(ALIGNED)
        word = at < length ? *(CONST int *)from : 0;
#else
        for (int j = 0; j < 4; j++) {
          word |= at + j < length ? ((int)from[j] & 255) << (8 * j) : 0;
        }
#endif
      }
      weight[(o * PITCH + i % (STORED / 4) * 4) / 4] = word;
    }
#if defined(NM)
    for (int i = lane; i < 2 * TILE; i += SIZE) {
      places[i] = out0 + i / 2 < outs ? extra[(out0 + i / 2) * (k / 32) + k0 / 32 + i % 2] : 0x44444444;
    }
#endif
#endif
    /* activations: neighbouring lanes take neighbouring pixels, or neighbouring columns */
    for (int i = lane; i < TILE * DEPTH / 4; i += SIZE) {
#if defined(CONV)
      const int c = i % TILE;
      const int at = i / TILE * 4;
#else
      const int c = i / (DEPTH / 4);
      const int at = i % (DEPTH / 4) * 4;
#endif
      int word = 0;
      if (column0 + c < columns && k0 + at < k) {
#if defined(CONV)
        const int image = (column0 + c) / pixels;
        const int pixel = (column0 + c) % pixels;
        for (int j = 0; j < 4; j++) {
          const int column = k0 + at + j;
          if (column < k) {
            const int tap = column / inChannels;
            const int from = window_at(g, pixel, tap);
            const int plane = image * inChannels + column - tap * inChannels;
            const int value = from < 0 ? padding : (int)x[plane * inPixels + from];
            word |= (value ^ 128) << (8 * j);
          }
        }
#elif defined(ALIGNED)
        word = *(CONST int *)(x + (column0 + c) * k + k0 + at) ^ (int)0x80808080u;
#else
        for (int j = 0; j < 4; j++) {
          word |= k0 + at + j < k ? ((int)x[(column0 + c) * k + k0 + at + j] ^ 128) << (8 * j) : 0;
        }
#endif
      }
      input[(c * PITCH + at) / 4] = word;
    }
    SYNC();
    /* products */
    const int top = (warp * 16 + row) * PITCH / 4 + quad;
#if defined(NM)
    const int a[4] = {weight[top], weight[top + 8 * PITCH / 4], weight[top + 4],
                      weight[top + 8 * PITCH / 4 + 4]};
    const int e = places[2 * (warp * 16 + row + 8 * (quad % 2)) + quad / 2];
    for (int i = 0; i < 8; i++) {
      const int left = (i * 8 + row) * PITCH / 4 + quad;
      const int b[4] = {input[left], input[left + 4], input[left + 8], input[left + 12]};
      MMA_SPARSE_I8(sum[i], a, b, e);
    }
#else
    for (int step = 0; step < 2; step++) {
      const int at = top + 8 * step;
      const int a[4] = {weight[at], weight[at + 8 * PITCH / 4], weight[at + 4],
                        weight[at + 8 * PITCH / 4 + 4]};
      for (int i = 0; i < 8; i++) {
        const int left = (i * 8 + row) * PITCH / 4 + quad + 8 * step;
        const int b[2] = {input[left], input[left + 4]};
        MMA_I8(sum[i], a, b);
      }
    }
#endif
  }
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 4; j++) {
      const int o = out0 + warp * 16 + row + j / 2 * 8;
      const int c = column0 + i * 8 + quad * 2 + j % 2;
      if (o < outs && c < columns) {
        const int total = sum[i][j] + correction * rowSums[o] + (hasBias ? bias[o] : 0);
        const float v = MUL((float)total, scale[o]);
        const int at = (c / pixels * outs + o) * pixels + c % pixels;
#ifdef QUANTIZED_OUTPUT
        STORE(OUTPUT, y, at, quantized(v, zero, low, high));
#else
        y[at] = v;
#endif
      }
    }
  }
}
