package dev.pith.compress.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileCacheImageInputStream;
import javax.imageio.stream.ImageInputStream;

/** Decodes image files with the JDK: PNG, JPEG, GIF, BMP, TIFF; transparency becomes white. */
public final class ImageFiles {

  /** Images of more pixels are refused before they are decoded. */
  private static final long MAX_PIXELS = 100_000_000;

  private ImageFiles() {}

  /** Whether the file's name ends like an image's. */
  static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.matches(".*\\.(png|jpe?g|gif|bmp|tiff?)") && !name.startsWith(".");
  }

  /**
   * Decodes a file. Grey images keep their values (no colour management) and one channel.
   *
   * @throws IOException if the file is missing, broken, too large, or of a kind the JDK cannot read
   */
  public static Pixels read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    try (var bytes = Files.newInputStream(file);
        ImageInputStream in = new FileCacheImageInputStream(bytes, null)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException(
            file + " is not an image of a kind the JDK reads (PNG, JPEG, GIF, BMP, TIFF)");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long count = (long) reader.getWidth(0) * reader.getHeight(0);
        if (count > MAX_PIXELS) {
          throw new IOException(
              file + " has " + count + " pixels; " + MAX_PIXELS + " is the limit");
        }
        return pixels(reader.read(0));
      } catch (RuntimeException e) {
        throw new IOException(file + " cannot be decoded: " + e.getMessage(), e);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private static IOException named(Path file, IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(file.toString())
        ? e
        : new IOException(file + " cannot be decoded: " + message, e);
  }

  private static Pixels pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    boolean grey =
        image.getRaster().getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
    return grey ? greyPixels(image, width, height) : colourPixels(image, width, height);
  }

  /** Reads samples themselves: {@code getRGB} would apply the gamma of Java's linear grey. */
  private static Pixels greyPixels(BufferedImage image, int width, int height) {
    Raster raster = image.getRaster();
    int shift = raster.getSampleModel().getSampleSize(0) - 8;
    boolean alpha = image.getColorModel().hasAlpha() && raster.getNumBands() == 2;
    byte[] out = new byte[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int value = toByte(raster.getSample(x, y, 0), shift);
        int opacity = alpha ? toByte(raster.getSample(x, y, 1), shift) : 255;
        out[y * width + x] = onWhite(value, opacity);
      }
    }
    return new Pixels(width, height, 1, out);
  }

  private static int toByte(int sample, int shift) {
    return shift > 0 ? sample >> shift : sample * 255 / ((1 << (8 + shift)) - 1);
  }

  private static Pixels colourPixels(BufferedImage image, int width, int height) {
    byte[] out = new byte[Math.multiplyExact(width * height, 3)];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int opacity = row[x] >>> 24;
        for (int c = 0; c < 3; c++) {
          out[(y * width + x) * 3 + c] = onWhite(row[x] >> (16 - 8 * c) & 255, opacity);
        }
      }
    }
    return new Pixels(width, height, 3, out);
  }

  private static byte onWhite(int value, int opacity) {
    return (byte) ((value * opacity + 255 * (255 - opacity) + 127) / 255);
  }
}
