/* Products of matrices, batched: a group computes a tile of 32 x 32, an item 4 x 4 of it, from
   tiles of both factors in local memory. Strides make transposed factors the same case. */
#define TILE 32
#define DEPTH 8

KERNEL(mat_mul)(CONST TYPE(X) *a, CONST TYPE(X) *b, GLOBAL TYPE(X) *y, CONST int *batch, int m,
                int n, int k, int rowA, int columnA, int rowB, int columnB, int sizeA, int sizeB,
                float alpha) {
  LOCAL number tileA[DEPTH][TILE + 1];
  LOCAL number tileB[DEPTH][TILE + 1];
  const int lane = LANE;
  const int across = (n + TILE - 1) / TILE;
  const int down = (m + TILE - 1) / TILE;
  const int matrix = GROUP / (across * down);
  const int row0 = GROUP / across % down * TILE;
  const int column0 = GROUP % across * TILE;
  const int baseA = broadcast_at(batch, matrix, 0) * sizeA;
  const int baseB = broadcast_at(batch, matrix, 1) * sizeB;
  const int r = lane / 8 * 4;
  const int c = lane % 8 * 4;
  number sum[4][4];
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) {
      sum[i][j] = 0;
    }
  }
  for (int k0 = 0; k0 < k; k0 += DEPTH) {
    for (int e = lane; e < TILE * DEPTH; e += 64) {
      const int d = e % DEPTH;
      const int row = row0 + e / DEPTH;
      tileA[d][e / DEPTH] = row < m && k0 + d < k
                                ? GET(a, baseA + row * rowA + (k0 + d) * columnA)
                                : 0;
      const int p = e % TILE;
      const int q = e / TILE;
      tileB[q][p] = column0 + p < n && k0 + q < k
                        ? GET(b, baseB + (k0 + q) * rowB + (column0 + p) * columnB)
                        : 0;
    }
    SYNC();
    for (int d = 0; d < DEPTH; d++) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          sum[i][j] = MULTIPLY_ADD(tileA[d][r + i], tileB[d][c + j], sum[i][j]);
        }
      }
    }
    SYNC();
  }
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) {
      if (row0 + r + i < m && column0 + c + j < n) {
        PUT(y, (matrix * m + row0 + r + i) * n + column0 + c + j,
            alpha == 1.0f ? sum[i][j] : (number)(sum[i][j] * (number)alpha));
      }
    }
  }
}
