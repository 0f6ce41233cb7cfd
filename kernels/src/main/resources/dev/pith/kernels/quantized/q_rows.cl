/* int8 linear layers of few rows, which take the time to read the weights: every lane reads 16 bytes
   of them at once, neighbours neighbouring bytes, and each byte is read once for all M rows of x.
   Weights are a stream of words of four columns: dense rows, or blocks of BLOCK_ROWS x 4 * WORDS,
   both powers of two. A group computes the rows of one block, so that a word that a lane holds
   belongs to the same row each time: (its number / WORDS) % BLOCK_ROWS. */
#define SIZE 128
#define SIGN ((int)0x80808080u) /* x - 128 of four unsigned bytes, as signed bytes */

KERNEL_OF(q_rows, SIZE)
(CONST u8 *x, CONST int4 *values, CONST int *offsets, CONST TYPE(INDEX) *blocks,
 CONST int *rowSums, CONST float *scale, CONST int *bias, GLOBAL TYPE(OUTPUT) *y, int n, int k,
 int hasBias, int correction, int zero, int low, int high) {
  LOCAL int part[4 * SIZE];
  const int lane = LANE;
  const int group = GROUP;
  CONST int *words = (CONST int *)x;
  const int across = k / 4;
#ifdef SPARSE
  const int first = offsets[group] * BLOCK_ROWS * WORDS;
  const int end = offsets[group + 1] * BLOCK_ROWS * WORDS;
#else
  const int first = group * across;
  const int end = first + across;
#endif
  int sum[M][4];
  for (int r = 0; r < M; r++) {
    for (int j = 0; j < 4; j++) {
      sum[r][j] = 0;
    }
  }
  for (int q = first / 4 + lane; 4 * q < end; q += SIZE) {
    const int4 quad = values[q];
    const int held[4] = {quad.x, quad.y, quad.z, quad.w};
    for (int j = 0; j < 4; j++) {
      const int w = 4 * q + j;
      if (w >= first && w < end) {
#ifdef SPARSE
        const int at = (int)blocks[w / (BLOCK_ROWS * WORDS)] * WORDS + w % WORDS;
#else
        const int at = w - first;
#endif
        for (int r = 0; r < M; r++) {
          sum[r][j] = dot4(held[j], words[r * across + at] ^ SIGN, sum[r][j]);
        }
      }
    }
  }
  for (int r = 0; r < M; r++) {
    for (int j = 0; j < 4; j++) {
      part[4 * lane + j] = sum[r][j];
    }
    SYNC();
    for (int step = 2 * SIZE; step >= BLOCK_ROWS * WORDS; step >>= 1) {
      for (int i = lane; i < step; i += SIZE) {
        part[i] += part[i + step];
      }
      SYNC();
    }
    if (lane < BLOCK_ROWS && group * BLOCK_ROWS + lane < n) {
      const int o = group * BLOCK_ROWS + lane;
      int total = correction * rowSums[o] + (hasBias ? bias[o] : 0);
      for (int i = 0; i < WORDS; i++) {
        total += part[lane * WORDS + i];
      }
      const float v = MUL((float)total, scale[o]);
#ifdef QUANTIZED_OUTPUT
      STORE(OUTPUT, y, r * n + o, quantized(v, zero, low, high));
#else
      y[r * n + o] = v;
#endif
    }
    SYNC();
  }
}
