package dev.pith.compress.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GlyphsTest {

  private static Dataset open(String spec) throws IOException {
    return DataSpec.parse(spec).open(Split.TEST, Preprocess.NONE);
  }

  @Test
  void imagesDependOnSeedSplitAndIndexOnly() throws IOException {
    Dataset data = open("glyphs:train?count=50&seed=3");
    Dataset again = open("glyphs:train?count=10&seed=3");
    assertEquals(50, data.size());
    assertArrayEquals(data.sample(7).toFloats(), again.sample(7).toFloats());
    assertEquals(data.label(7), again.label(7));
    float[] image = data.sample(7).toFloats();
    assertFalse(Arrays.equals(image, data.sample(8).toFloats()));
    assertFalse(Arrays.equals(image, open("glyphs:test?count=9&seed=3").sample(7).toFloats()));
    assertFalse(Arrays.equals(image, open("glyphs:train?count=9&seed=4").sample(7).toFloats()));
  }

  @Test
  void classesAreBalancedAndNamed() throws IOException {
    Dataset data = open("glyphs?count=6800");
    int[] counts = new int[data.classNames().size()];
    for (int i = 0; i < data.size(); i++) {
      counts[data.label(i)]++;
    }
    assertEquals(34, counts.length);
    assertTrue(Arrays.stream(counts).allMatch(n -> n > 130 && n < 270), Arrays.toString(counts));
  }

  @Test
  void linesStandInWhereThereAreNoFonts() {
    GlyphShapes lines = GlyphShapes.lines("0A9Z");
    for (int i = 0; i < 4; i++) {
      Rectangle2D bounds = lines.of(i, 0).getBounds2D();
      assertEquals(1, bounds.getHeight(), 1e-9);
      assertEquals(0, bounds.getCenterX(), 1e-9);
    }
    assertTrue(lines.stroke() > 0);
  }

  /** Softmax regression on pixels, trained well beyond where its test accuracy stops rising. */
  @Test
  void aLinearModelStaysUnderNinetyPercent() throws IOException {
    Dataset train = open("glyphs:train?count=6000&scale=1/255&mean=0.5");
    Dataset test = open("glyphs:test?count=1000&scale=1/255&mean=0.5");
    int classes = train.classNames().size();
    int pixels = (int) train.shape().elementCount();
    float[][] weights = new float[classes][pixels + 1];
    float[][] images = images(train);
    SplittableRandom random = new SplittableRandom(1);
    for (int step = 0; step < 6 * images.length; step++) {
      float rate = 0.02f * (1 - step / (6f * images.length));
      int i = random.nextInt(images.length);
      float[] chances = chances(weights, images[i]);
      chances[train.label(i)] -= 1;
      for (int c = 0; c < classes; c++) {
        float change = rate * chances[c];
        for (int p = 0; p < pixels; p++) {
          weights[c][p] -= change * images[i][p];
        }
        weights[c][pixels] -= change;
      }
    }
    double trained = accuracy(weights, train, images);
    double tested = accuracy(weights, test, images(test));
    assertTrue(trained > 2.0 / classes, "the linear model learned nothing: " + trained);
    assertTrue(tested < 0.9, "a linear model reaches " + tested);
  }

  private static float[][] images(Dataset data) throws IOException {
    float[][] images = new float[data.size()][];
    for (int i = 0; i < images.length; i++) {
      images[i] = data.sample(i).toFloats();
    }
    return images;
  }

  private static float[] chances(float[][] weights, float[] image) {
    float[] chances = new float[weights.length];
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < weights.length; c++) {
      float sum = weights[c][image.length];
      for (int p = 0; p < image.length; p++) {
        sum += weights[c][p] * image[p];
      }
      chances[c] = sum;
      max = Math.max(max, sum);
    }
    float total = 0;
    for (int c = 0; c < chances.length; c++) {
      chances[c] = (float) Math.exp(chances[c] - max);
      total += chances[c];
    }
    for (int c = 0; c < chances.length; c++) {
      chances[c] /= total;
    }
    return chances;
  }

  private static double accuracy(float[][] weights, Dataset data, float[][] images) {
    int right = 0;
    for (int i = 0; i < images.length; i++) {
      float[] chances = chances(weights, images[i]);
      int best = 0;
      for (int c = 1; c < chances.length; c++) {
        best = chances[c] > chances[best] ? c : best;
      }
      right += best == data.label(i) ? 1 : 0;
    }
    return (double) right / images.length;
  }
}
