package dev.pith.runtime.examples;

import dev.pith.kernels.tensor.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Images as networks take them: F32, NCHW, red, green and blue, (value / 255 − mean) / std. */
final class Images {

  private Images() {}

  /** Reads an image file and fits it to {@code width} × {@code height}. */
  static BufferedImage read(Path file, int width, int height) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    if (image == null) {
      throw new IOException(file + " is no image that Java can read");
    }
    BufferedImage fitted = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = fitted.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    canvas.drawImage(image, 0, 0, width, height, null);
    canvas.dispose();
    return fitted;
  }

  /**
   * Images of one size as a batch.
   *
   * @param mean subtracted from every value, after that lies between 0 and 1
   * @param std what the difference is divided by
   */
  static Tensor batch(List<BufferedImage> images, float mean, float std) {
    int height = images.get(0).getHeight();
    int width = images.get(0).getWidth();
    int pixels = height * width;
    float[] values = new float[3 * pixels * images.size()];
    for (int i = 0; i < images.size(); i++) {
      int[] colours = images.get(i).getRGB(0, 0, width, height, null, 0, width);
      for (int p = 0; p < pixels; p++) {
        for (int channel = 0; channel < 3; channel++) {
          int value = colours[p] >> (16 - 8 * channel) & 0xff;
          values[(3 * i + channel) * pixels + p] = (value / 255f - mean) / std;
        }
      }
    }
    return Tensor.of(values, images.size(), 3, height, width);
  }
}
