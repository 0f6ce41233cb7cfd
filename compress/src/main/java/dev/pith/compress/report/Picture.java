package dev.pith.compress.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Samples as pictures in a page. */
public final class Picture {

  private static final int COLOURS = 3;

  private Picture() {}

  /** Whether a sample of these extents is a grey or coloured picture, channels first. */
  public static boolean isPicture(long... shape) {
    return shape.length == 3 && (shape[0] == 1 || shape[0] == COLOURS);
  }

  /**
   * The sample as a PNG file in base 64, stretched so that its smallest value is black and its
   * largest white.
   *
   * @param values channels (1 or 3), rows, columns
   */
  public static String png(float[] values, int height, int width) throws IOException {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    int area = height * width;
    boolean coloured = values.length == COLOURS * area;
    BufferedImage image =
        new BufferedImage(
            width, height, coloured ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < values.length; i++) {
      int level = max > min ? Math.round(255 * (values[i] - min) / (max - min)) : 0;
      image.getRaster().setSample(i % area % width, i % area / width, i / area, level);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
