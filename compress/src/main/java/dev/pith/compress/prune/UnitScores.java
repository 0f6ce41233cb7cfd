package dev.pith.compress.prune;

import dev.pith.compress.prune.PrunePattern.Blocks;
import dev.pith.compress.prune.PrunePattern.Nm;
import dev.pith.compress.prune.PruneSpec.Criterion;

/** Importance of the units of a weight matrix, and their removal. */
final class UnitScores {

  private UnitScores() {}

  /**
   * The norm of each block, row of blocks by row of blocks, as a mean over its weights so that the
   * smaller blocks at the edges compare.
   */
  static float[] of(float[] weight, int rows, int columns, Blocks blocks, Criterion criterion) {
    int across = blocks.across(columns);
    double[] sums = new double[blocks.count(rows, columns)];
    int[] sizes = new int[sums.length];
    for (int row = 0; row < rows; row++) {
      int first = row / blocks.rows() * across;
      for (int column = 0; column < columns; column++) {
        double w = weight[row * columns + column];
        int unit = first + column / blocks.cols();
        sums[unit] += criterion == Criterion.L1 ? Math.abs(w) : w * w;
        sizes[unit]++;
      }
    }
    float[] scores = new float[sums.length];
    for (int i = 0; i < scores.length; i++) {
      double mean = sums[i] / sizes[i];
      scores[i] = (float) (criterion == Criterion.L1 ? mean : Math.sqrt(mean));
    }
    return scores;
  }

  /** Sets the marked blocks to zero. */
  static void zero(float[] weight, int rows, int columns, Blocks blocks, boolean[] removed) {
    int across = blocks.across(columns);
    for (int row = 0; row < rows; row++) {
      int first = row / blocks.rows() * across;
      for (int column = 0; column < columns; column++) {
        if (removed[first + column / blocks.cols()]) {
          weight[row * columns + column] = 0;
        }
      }
    }
  }

  /**
   * Marks the smallest {@code m − n} of {@code scores[from … from + m)}; the later one of equals.
   */
  static void markSmallest(float[] scores, int from, Nm nm, boolean[] removed) {
    for (int left = nm.m() - nm.n(); left > 0; left--) {
      int smallest = -1;
      for (int i = from; i < from + nm.m(); i++) {
        if (!removed[i] && (smallest < 0 || scores[i] <= scores[smallest])) {
          smallest = i;
        }
      }
      removed[smallest] = true;
    }
  }

  /** Sets all but the {@code n} largest of each {@code m} neighbours to zero. */
  static void zero(float[] weight, Nm nm) {
    float[] magnitudes = new float[weight.length];
    for (int i = 0; i < weight.length; i++) {
      magnitudes[i] = Math.abs(weight[i]);
    }
    boolean[] removed = new boolean[weight.length];
    for (int from = 0; from < weight.length; from += nm.m()) {
      markSmallest(magnitudes, from, nm, removed);
    }
    for (int i = 0; i < weight.length; i++) {
      weight[i] = removed[i] ? 0 : weight[i];
    }
  }
}
