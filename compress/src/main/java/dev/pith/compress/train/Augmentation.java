package dev.pith.compress.train;

import dev.pith.kernels.tensor.Shape;
import java.util.SplittableRandom;

/**
 * Changes a training image at random so that its class stays. Implementations are immutable and
 * draw from the given generator only, so that training can be repeated.
 */
public interface Augmentation {

  /**
   * Changes an image in place.
   *
   * @param image channels, height, width
   * @param shape its extents, rank 3
   */
  void apply(float[] image, Shape shape, SplittableRandom random);

  /** Moves the image by up to {@code pixels} in each direction; what comes in is {@code fill}. */
  record Shift(int pixels, float fill) implements Augmentation {
    public Shift {
      if (pixels < 1) {
        throw new IllegalArgumentException(
            "a shift by " + pixels + " pixels; at least 1 is needed");
      }
    }

    @Override
    public void apply(float[] image, Shape shape, SplittableRandom random) {
      int height = shape.dimInt(1);
      int width = shape.dimInt(2);
      int dy = random.nextInt(-pixels, pixels + 1);
      int dx = random.nextInt(-pixels, pixels + 1);
      float[] source = image.clone();
      for (int i = 0; i < image.length; i++) {
        int y = i / width % height + dy;
        int x = i % width + dx;
        boolean inside = y >= 0 && y < height && x >= 0 && x < width;
        image[i] = inside ? source[i + dy * width + dx] : fill;
      }
    }
  }

  /** Mirrors every second image, left to right. */
  record Flip() implements Augmentation {
    @Override
    public void apply(float[] image, Shape shape, SplittableRandom random) {
      if (random.nextBoolean()) {
        return;
      }
      int width = shape.dimInt(2);
      for (int row = 0; row < image.length; row += width) {
        for (int i = 0; i < width / 2; i++) {
          float left = image[row + i];
          image[row + i] = image[row + width - 1 - i];
          image[row + width - 1 - i] = left;
        }
      }
    }
  }

  /**
   * {@code flip}, {@code shift:PIXELS} or {@code shift:PIXELS:FILL}.
   *
   * @throws IllegalArgumentException if there is no such augmentation
   */
  static Augmentation parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts[0].equals("flip") && parts.length == 1) {
      return new Flip();
    }
    if (parts[0].equals("shift") && (parts.length == 2 || parts.length == 3)) {
      float fill = parts.length == 3 ? Float.parseFloat(parts[2]) : 0;
      return new Shift(Integer.parseInt(parts[1]), fill);
    }
    throw new IllegalArgumentException(
        "there is no augmentation " + text + "; use flip, shift:PIXELS or shift:PIXELS:FILL");
  }
}
