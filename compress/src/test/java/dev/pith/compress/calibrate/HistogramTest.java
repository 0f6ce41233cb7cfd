package dev.pith.compress.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistogramTest {

  private static float[] normal(Random random, int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  private static Histogram of(float[]... parts) {
    Histogram histogram = new Histogram();
    for (float[] part : parts) {
      histogram.add(Tensor.of(part, part.length));
    }
    return histogram;
  }

  @Test
  void everyValueStaysInItsBinWhileTheRangeGrows() {
    Random random = new Random(1);
    float[][] parts = new float[40][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = normal(random, 200, Math.pow(1.3, i) * 0.01);
    }
    Histogram histogram = of(parts);
    long[] expected = new long[Histogram.BINS];
    double low = histogram.center(0) - histogram.width() / 2;
    for (float[] part : parts) {
      for (float value : part) {
        expected[(int) ((value - low) / histogram.width())]++;
      }
    }
    long misplaced = 0;
    for (int i = 0; i < expected.length; i++) {
      misplaced += Math.abs(expected[i] - histogram.count(i));
    }
    // Values on the edge of a bin may fall to either side when widths are rounded.
    assertTrue(misplaced <= 8, misplaced + " misplaced");
    assertEquals(8000, histogram.total());
  }

  @Test
  void growthDownwardsKeepsPlaces() {
    Histogram histogram = of(new float[] {1, 2}, new float[] {-50}, new float[] {1.5f});
    assertEquals(-50, histogram.min());
    double mass = 0;
    for (int i = 0; i < Histogram.BINS; i++) {
      if (histogram.center(i) > 0) {
        mass += histogram.count(i);
        assertTrue(
            histogram.count(i) == 0 || histogram.center(i) > 0.9 && histogram.center(i) < 2.1);
      }
    }
    assertEquals(3, mass);
  }

  @Test
  void zerosAreCountedApart() {
    Histogram histogram = of(new float[] {0, 0, -0f, 1, 2});
    assertEquals(3, histogram.zeros());
    long binned = 0;
    for (int i = 0; i < Histogram.BINS; i++) {
      binned += histogram.count(i);
    }
    assertEquals(2, binned);
    assertEquals(0, histogram.min(), 1e-30);
  }

  @Test
  void notNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> of(new float[] {1, Float.NaN}));
    assertThrows(IllegalArgumentException.class, () -> of(new float[] {Float.POSITIVE_INFINITY}));
  }

  @ParameterizedTest
  @EnumSource(RangeMethod.class)
  void constantsAndZerosHaveARange(RangeMethod method) {
    Range zeros = method.range(of(new float[8])).withZero();
    assertEquals(0, zeros.min());
    assertEquals(0, zeros.max());
    Range same = method.range(of(new float[] {3, 3, 3})).withZero();
    assertTrue(same.max() >= 2.9 && same.max() <= 3 && same.min() == 0, same.toString());
  }

  @Test
  void minMaxIsExact() {
    float[] values = normal(new Random(2), 10_000, 3);
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    Range range = RangeMethod.MINMAX.range(of(values));
    assertEquals(sorted[0], range.min());
    assertEquals(sorted[9999], range.max());
  }

  @Test
  void percentileCutsTheTails() {
    float[] values = normal(new Random(2), 200_000, 1);
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    Histogram histogram = of(values, new float[] {40, -60});
    Range range = RangeMethod.PERCENTILE.range(histogram);
    assertEquals(sorted[10], range.min(), 2 * histogram.width());
    assertEquals(sorted[199_989], range.max(), 2 * histogram.width());
  }

  @Test
  void squaredErrorRangeIsNearlyTheBest() {
    Random random = new Random(4);
    float[] values = normal(random, 50_000, 1);
    for (int i = 0; i < 60; i++) {
      values[i] *= 12;
    }
    Range range = RangeMethod.MSE.range(of(values)).withZero();
    double chosen = error(values, range.min(), range.max());
    Range all = RangeMethod.MINMAX.range(of(values));
    double best = Double.MAX_VALUE;
    for (double keep = 0.05; keep <= 1; keep += 0.01) {
      best = Math.min(best, error(values, all.min() * keep, all.max() * keep));
    }
    assertTrue(chosen < 1.05 * best, chosen + " against " + best);
    assertTrue(chosen < 0.9 * error(values, all.min(), all.max()));
  }

  /** Squared error of rounding to 256 levels. */
  private static double error(float[] values, double min, double max) {
    double step = (max - min) / 255;
    double sum = 0;
    for (float value : values) {
      double level = Math.clamp(Math.rint((value - min) / step), 0.0, 255.0);
      sum += Math.pow(min + level * step - value, 2);
    }
    return sum;
  }

  @Test
  void entropyCutsRareOutliers() {
    float[] values = normal(new Random(4), 50_000, 1);
    Range range = RangeMethod.ENTROPY.range(of(values, new float[] {30, -30}));
    assertTrue(range.max() < 15 && range.max() > 2, range.toString());
  }
}
