package dev.pith.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimalUpdateTest {

  private static final int ROWS = 12;
  private static final int N = 40;

  private final Random random = new Random(5);

  private double[] gaussian(int count) {
    return random.doubles(count, -1, 1).toArray();
  }

  /** A positive definite matrix of strongly correlated inputs. */
  private double[] hessian() {
    double[] mix = gaussian(N * N);
    Hessian hessian = new Hessian(N);
    for (int s = 0; s < 300; s++) {
      double[] z = gaussian(8);
      float[] x = new float[N];
      for (int i = 0; i < N; i++) {
        double sum = 0.1 * random.nextGaussian();
        for (int k = 0; k < 8; k++) {
          sum += mix[i * N + k] * z[k];
        }
        x[i] = (float) sum;
      }
      hessian.add(x, 0);
    }
    return hessian.matrix(false);
  }

  private float[] weight() {
    float[] weight = new float[ROWS * N];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    return weight;
  }

  private static double error(double[] h, float[] before, float[] after) {
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] d = new double[N];
      for (int c = 0; c < N; c++) {
        d[c] = after[row * N + c] - before[row * N + c];
      }
      double[] hd = UpperFactor.times(h, N, d);
      for (int c = 0; c < N; c++) {
        sum += d[c] * hd[c];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"1,1,0.5", "1,1,0.8", "1,4,0.5", "2,4,0.7", "4,4,0.5"})
  void outputsChangeLessThanByMagnitude(int rows, int cols, double sparsity) {
    double[] h = hessian();
    float[] weight = weight();
    PrunePattern.Blocks blocks = new PrunePattern.Blocks(rows, cols);
    int count = (int) Math.round(sparsity * blocks.count(ROWS, N));
    OptimalUpdate update = new OptimalUpdate(weight, ROWS, N, h);
    float[] result = update.remove(blocks, Threshold.smallest(update.costs(blocks), count));
    float[] magnitude = weight.clone();
    float[] scores = UnitScores.of(weight, ROWS, N, blocks, PruneSpec.Criterion.L2);
    UnitScores.zero(magnitude, ROWS, N, blocks, Threshold.smallest(scores, count));
    assertTrue(error(h, weight, result) < 0.5 * error(h, weight, magnitude));
    int zeros = 0;
    for (float w : result) {
      zeros += w == 0 ? 1 : 0;
    }
    assertEquals(count * rows * cols, zeros);
    float[] norms = UnitScores.of(result, ROWS, N, blocks, PruneSpec.Criterion.L1);
    int empty = 0;
    for (float norm : norms) {
      empty += norm == 0 ? 1 : 0;
    }
    assertEquals(count, empty);
  }

  @Test
  void nmKeepsItsPattern() {
    double[] h = hessian();
    float[] weight = weight();
    float[] result = new OptimalUpdate(weight, ROWS, N, h).remove(new PrunePattern.Nm(2, 4));
    for (int i = 0; i < result.length; i += 4) {
      int kept = 0;
      for (int k = i; k < i + 4; k++) {
        kept += result[k] != 0 ? 1 : 0;
      }
      assertEquals(2, kept);
    }
    float[] magnitude = weight.clone();
    UnitScores.zero(magnitude, new PrunePattern.Nm(2, 4));
    assertTrue(error(h, weight, result) < 0.5 * error(h, weight, magnitude));
  }

  @Test
  void remainingWeightsAreOptimalForTheMask() {
    double[] h = hessian();
    float[] weight = weight();
    OptimalUpdate update = new OptimalUpdate(weight, ROWS, N, h);
    PrunePattern.Blocks single = new PrunePattern.Blocks(1, 1);
    float[] result = update.remove(single, Threshold.smallest(update.costs(single), 300));
    double least = error(h, weight, result);
    // Moving any kept weight, in either direction, makes the error larger (but for the damping).
    for (int i = 0; i < result.length; i++) {
      if (result[i] != 0) {
        for (float move : new float[] {-0.2f, 0.2f}) {
          float[] moved = result.clone();
          moved[i] += move;
          assertTrue(error(h, weight, moved) > least);
        }
      }
    }
  }

  @Test
  void factorsInvert() {
    double[] h = UpperFactor.damped(hessian(), N, 1e-3);
    double[] v = UpperFactor.of(h, N);
    double[] u = UpperFactor.inverse(v, N);
    for (int i = 0; i < N; i++) {
      for (int j = i; j < N; j++) {
        double product = 0;
        double identity = 0;
        for (int k = 0; k < N; k++) {
          product += v[i * N + k] * v[j * N + k];
          identity += v[i * N + k] * u[k * N + j];
        }
        assertEquals(h[i * N + j], product, 1e-9 * Math.abs(h[i * N + i]));
        assertEquals(i == j ? 1 : 0, identity, 1e-8);
      }
    }
    double[] x = gaussian(N);
    double[] solved = UpperFactor.solve(v, N, UpperFactor.times(h, N, x));
    for (int i = 0; i < N; i++) {
      assertEquals(x[i], solved[i], 1e-6);
    }
    assertNull(UpperFactor.of(new double[] {0, 0, 0, 0}, 2));
  }
}
