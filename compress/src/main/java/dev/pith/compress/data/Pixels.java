package dev.pith.compress.data;

/**
 * An image of bytes, top row first.
 *
 * @param width pixels in a row
 * @param height rows
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param values {@code height·width·channels} bytes, 0 to 255, channels of a pixel side by side;
 *     not to be changed
 */
public record Pixels(int width, int height, int channels, byte[] values) {

  public Pixels {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "an image has " + channels + " channels; 1 or 3 are known");
    }
    if (values.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
      throw new IllegalArgumentException(
          values.length
              + " bytes for an image of "
              + width
              + "x"
              + height
              + " with "
              + channels
              + " channels");
    }
  }
}
