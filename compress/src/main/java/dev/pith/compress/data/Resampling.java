package dev.pith.compress.data;

/**
 * Changes the size of images. Resizing is separable with a triangle filter as wide as the larger of
 * the two pixel grids (bilinear when enlarging, antialiased when reducing), pixel centres at half
 * integers, edges renormalised, rounded once at the end.
 */
final class Resampling {

  private Resampling() {}

  static Pixels resize(Pixels image, int height, int width) {
    if (height == image.height() && width == image.width()) {
      return image;
    }
    int channels = image.channels();
    Taps across = Taps.of(image.width(), width);
    Taps down = Taps.of(image.height(), height);
    float[] rows =
        new float[Math.multiplyExact(Math.multiplyExact(image.height(), width), channels)];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          float sum = 0;
          for (int t = 0; t < across.weights[x].length; t++) {
            int from = (y * image.width() + across.first[x] + t) * channels + c;
            sum += across.weights[x][t] * (image.values()[from] & 255);
          }
          rows[(y * width + x) * channels + c] = sum;
        }
      }
    }
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
    int line = width * channels;
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < line; i++) {
        float sum = 0;
        for (int t = 0; t < down.weights[y].length; t++) {
          sum += down.weights[y][t] * rows[(down.first[y] + t) * line + i];
        }
        out[y * line + i] = (byte) Math.clamp(Math.round(sum), 0, 255);
      }
    }
    return new Pixels(width, height, channels, out);
  }

  static Pixels cropCentre(Pixels image, int height, int width) {
    if (height > image.height() || width > image.width()) {
      throw new IllegalArgumentException(
          "an image of "
              + image.height()
              + "x"
              + image.width()
              + " is smaller than the crop "
              + height
              + "x"
              + width
              + "; add resize");
    }
    int top = (image.height() - height) / 2;
    int left = (image.width() - width) / 2;
    int line = width * image.channels();
    byte[] out = new byte[height * line];
    for (int y = 0; y < height; y++) {
      int from = ((top + y) * image.width() + left) * image.channels();
      System.arraycopy(image.values(), from, out, y * line, line);
    }
    return new Pixels(width, height, image.channels(), out);
  }

  /**
   * Which source pixels make each target pixel.
   *
   * @param first first source pixel by target pixel
   * @param weights weights of it and its followers; they sum to 1
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Taps(int[] first, float[][] weights) {

    static Taps of(int from, int to) {
      double ratio = (double) from / to;
      double support = Math.max(1, ratio);
      int[] first = new int[to];
      float[][] weights = new float[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * ratio;
        int low = Math.max(0, (int) Math.floor(centre - support));
        int high = Math.min(from, (int) Math.ceil(centre + support));
        double[] raw = new double[high - low];
        double sum = 0;
        for (int j = low; j < high; j++) {
          raw[j - low] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support);
          sum += raw[j - low];
        }
        first[i] = low;
        weights[i] = new float[raw.length];
        for (int j = 0; j < raw.length; j++) {
          weights[i][j] = (float) (raw[j] / sum);
        }
      }
      return new Taps(first, weights);
    }
  }
}
