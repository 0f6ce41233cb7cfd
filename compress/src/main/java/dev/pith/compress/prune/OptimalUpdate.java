package dev.pith.compress.prune;

import dev.pith.compress.prune.PrunePattern.Blocks;
import dev.pith.compress.prune.PrunePattern.Nm;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Removes weights of a matrix so that its outputs change least, and lets the remaining weights make
 * up for them.
 *
 * <p>The mask is found as by SparseGPT (Frantar and Alistarh 2023): columns are visited in blocks;
 * in each, the weights with the least w² / u² go, where u is the diagonal of the upper Cholesky
 * factor U of the inverse Hessian; each removed weight's error is passed on to the columns behind
 * it along U's row. How many go in each column block follows from ranking all weights by w² / u²
 * before anything is moved. Where the matrix is small enough, the weights that stay are then solved
 * for exactly, row by row: least squares on the mask (as optimal brain compression does, Frantar et
 * al. 2022).
 */
final class OptimalUpdate {

  /** Columns visited together, about. */
  private static final int COLUMN_BLOCK = 128;

  /** Part of the mean diagonal added to it, so that the inverse exists. */
  private static final double DAMPING = 0.01;

  /** Multiplications that the exact solution may cost. */
  private static final double EXACT_WORK = 2e10;

  private final int rows;
  private final int n;
  private final float[] original;
  private final double[] w;
  private final double[] h;
  private final double[] u;
  private final boolean[] removed;

  /**
   * An update of a rows × n matrix.
   *
   * @param weight row-major
   * @param hessian n × n, upper triangle
   */
  OptimalUpdate(float[] weight, int rows, int n, double[] hessian) {
    this.rows = rows;
    this.n = n;
    this.original = weight;
    this.w = new double[weight.length];
    Arrays.setAll(w, i -> weight[i]);
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += hessian[i * n + i] / n;
    }
    double damping = DAMPING * Math.max(mean, Double.MIN_NORMAL * 1e30);
    double[] damped = UpperFactor.damped(hessian, n, damping);
    double[] factor = UpperFactor.of(damped, n);
    while (factor == null) {
      damping *= 10;
      damped = UpperFactor.damped(hessian, n, damping);
      factor = UpperFactor.of(damped, n);
    }
    this.h = damped;
    this.u = UpperFactor.inverse(factor, n);
    this.removed = new boolean[weight.length];
  }

  /** What removing each weight alone would cost, but for a common factor. */
  float[] costs() {
    float[] costs = new float[w.length];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = (float) cost(i / n, i % n);
    }
    return costs;
  }

  private double cost(int row, int column) {
    double value = w[row * n + column] / u[column * n + column];
    return value * value;
  }

  /** Costs of whole blocks, row of blocks by row of blocks. */
  float[] costs(Blocks blocks) {
    float[] squares = costs();
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (float) Math.sqrt(squares[i]);
    }
    return UnitScores.of(squares, rows, n, blocks, PruneSpec.Criterion.L2);
  }

  /**
   * Removes blocks.
   *
   * @param marked which blocks an independent ranking would remove; only how many of each column
   *     block is used
   * @return the new weights
   */
  float[] remove(Blocks blocks, boolean[] marked) {
    int across = blocks.across(n);
    int step = Math.max(1, COLUMN_BLOCK / blocks.cols());
    for (int first = 0; first < across; first += step) {
      int end = Math.min(across, first + step);
      int down = marked.length / across;
      int count = 0;
      for (int i = 0; i < down; i++) {
        for (int j = first; j < end; j++) {
          count += marked[i * across + j] ? 1 : 0;
        }
      }
      mark(blocks, first, end, down, count);
      sweep(first * blocks.cols(), Math.min(n, end * blocks.cols()));
    }
    return finish();
  }

  private void mark(Blocks blocks, int first, int end, int down, int count) {
    int width = end - first;
    float[] costs = new float[down * width];
    for (int i = 0; i < down; i++) {
      for (int j = 0; j < width; j++) {
        double sum = 0;
        int size = 0;
        for (int r = i * blocks.rows(); r < Math.min(rows, (i + 1) * blocks.rows()); r++) {
          int from = (first + j) * blocks.cols();
          for (int c = from; c < Math.min(n, from + blocks.cols()); c++) {
            sum += cost(r, c);
            size++;
          }
        }
        costs[i * width + j] = (float) (sum / size);
      }
    }
    boolean[] least = Threshold.smallest(costs, count);
    for (int row = 0; row < rows; row++) {
      for (int c = first * blocks.cols(); c < Math.min(n, end * blocks.cols()); c++) {
        int unit = row / blocks.rows() * width + c / blocks.cols() - first;
        removed[row * n + c] = least[unit];
      }
    }
  }

  /** Removes all but {@code n} of each {@code m} columns; returns the new weights. */
  float[] remove(Nm nm) {
    for (int first = 0; first < n; first += nm.m()) {
      float[] costs = new float[nm.m()];
      for (int row = 0; row < rows; row++) {
        boolean[] least = new boolean[nm.m()];
        for (int c = 0; c < nm.m(); c++) {
          costs[c] = (float) cost(row, first + c);
        }
        UnitScores.markSmallest(costs, 0, nm, least);
        System.arraycopy(least, 0, removed, row * n + first, nm.m());
      }
      sweep(first, first + nm.m());
    }
    return finish();
  }

  /** Zeroes the marked weights of some columns; their errors move to the columns behind. */
  private void sweep(int from, int to) {
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              int at = row * n;
              for (int j = from; j < to; j++) {
                if (removed[at + j]) {
                  double error = w[at + j] / u[j * n + j];
                  for (int k = j; k < n; k++) {
                    w[at + k] -= error * u[j * n + k];
                  }
                  w[at + j] = 0;
                }
              }
            });
  }

  private float[] finish() {
    double work = 0;
    for (int row = 0; row < rows; row++) {
      double kept = kept(row).length;
      work += kept * kept * kept / 6;
    }
    if (work <= EXACT_WORK) {
      IntStream.range(0, rows).parallel().forEach(this::solve);
    }
    float[] result = new float[w.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = removed[i] ? 0 : (float) w[i];
    }
    return result;
  }

  private int[] kept(int row) {
    return IntStream.range(0, n).filter(c -> !removed[row * n + c]).toArray();
  }

  private void solve(int row) {
    int[] kept = kept(row);
    if (kept.length == n || kept.length == 0) {
      return;
    }
    double[] exact = new double[n];
    Arrays.setAll(exact, c -> original[row * n + c]);
    double[] all = UpperFactor.times(h, n, exact);
    double[] right = new double[kept.length];
    Arrays.setAll(right, i -> all[kept[i]]);
    double[] factor = UpperFactor.of(UpperFactor.part(h, n, kept), kept.length);
    if (factor != null) {
      UpperFactor.solve(factor, kept.length, right);
      for (int i = 0; i < kept.length; i++) {
        w[row * n + kept[i]] = right[i];
      }
    }
  }
}
