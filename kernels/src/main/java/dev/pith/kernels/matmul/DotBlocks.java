package dev.pith.kernels.matmul;

/**
 * How {@link VectorLinear} cuts its work and lays out a thread's scratch: rows of activations,
 * three rows of weights, sums in lanes, results. Immutable.
 */
record DotBlocks(long m, long n, long k, int lanes, int rows, int features) {

  /** Floats of activations held at a time: they and the weights fit the second cache. */
  private static final int ACTIVATIONS = 32768;

  /** Columns of k multiplied at a time: three rows of weights fit half the first cache. */
  static final int CHUNK = 1024;

  private static final int FEATURES = 48;
  private static final int ITEMS_PER_THREAD = 8;
  private static final int SLACK = 32;

  static DotBlocks of(LinearProblem problem, int lanes, int threads) {
    int unit = FloatTile.DOTS;
    long held = ACTIVATIONS / Math.max(1, problem.k()) / unit * unit;
    long needed = (problem.m() + unit - 1) / unit * unit;
    int rows = (int) Math.max(unit, Math.min(held, needed));
    long rowBlocks = Math.max(1, (problem.m() + rows - 1) / rows);
    int features = FEATURES;
    while (features > 2 * unit
        && rowBlocks * ((problem.n() + features - 1) / features)
            < (long) ITEMS_PER_THREAD * threads) {
      features /= 2;
    }
    return new DotBlocks(problem.m(), problem.n(), problem.k(), lanes, rows, features);
  }

  long rowBlocks() {
    return (m + rows - 1) / rows;
  }

  long featureBlocks() {
    return (n + features - 1) / features;
  }

  /** Floats from one row of activations to the next: whole vectors. */
  int xStep() {
    return (int) ((k + lanes - 1) / lanes * lanes);
  }

  int wAt() {
    return rows * xStep() + SLACK;
  }

  /** Floats from one row of weights to the next. */
  int wStep() {
    return Math.min(CHUNK, xStep()) + SLACK;
  }

  int accAt() {
    return wAt() + FloatTile.DOTS * wStep();
  }

  /** Floats of the sums in lanes of one tile. */
  int accStep() {
    return FloatTile.DOTS * FloatTile.DOTS * lanes;
  }

  int cAt() {
    return accAt() + rows / FloatTile.DOTS * accStep();
  }

  int cStep() {
    return features + FloatTile.DOTS;
  }

  int scratchFloats() {
    return cAt() + rows * cStep() + SLACK;
  }
}
