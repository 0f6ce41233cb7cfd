package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Where the bytes of an activation in quads lie. Four neighbouring channels of a pixel are one
 * cell; the cells of four channels are a plane: {@code border} rows, the image's rows, {@code
 * border} rows, each of {@code pitch = width + border} cells. What lies left of a row is the end of
 * the row above, so one border serves both sides. Planes are an odd number of cache lines apart,
 * since even strides fall on the same cache sets. Before the first plane there is room for a border
 * and behind the last {@link #TAIL} bytes that may be read, whose contents mean nothing.
 *
 * <p>Channels that fill up the last quad hold bytes without meaning, for which no layer has
 * weights.
 *
 * @param batch images
 * @param channels channels
 * @param height rows of an image
 * @param width pixels of a row
 * @param border cells of padding on each side
 */
public record QuadGrid(int batch, int channels, int height, int width, int border) {

  /** The widest border there may be. */
  public static final int MAX_BORDER = 16;

  /** Bytes of one cell. */
  static final int CELL = 4;

  /** Bytes that may be read behind the last plane: vectors run over the ends of rows. */
  static final int TAIL = 256;

  /**
   * The grid of a value of the given shape.
   *
   * @param shape images, channels, rows, columns
   */
  public static QuadGrid of(Shape shape, Quads quads) {
    return new QuadGrid(
        Math.toIntExact(shape.dim(0)),
        Math.toIntExact(shape.dim(1)),
        Math.toIntExact(shape.dim(2)),
        Math.toIntExact(shape.dim(3)),
        quads.border());
  }

  /** Quads of an image. */
  int quads() {
    return (channels + 3) / 4;
  }

  /** Planes of all images. */
  int planes() {
    return batch * quads();
  }

  /** Cells from one row to the next. */
  int pitch() {
    return width + border;
  }

  /** Rows of a plane, the border's included. */
  int rows() {
    return height + 2 * border;
  }

  /** Bytes from one plane to the next. */
  long planeBytes() {
    return ((long) rows() * pitch() * CELL + 63 & -64) | 64;
  }

  private int lead() {
    return border == 0 ? 0 : 64;
  }

  /** Bytes in all. */
  public long byteSize() {
    return lead() + planes() * planeBytes() + TAIL;
  }

  /** Byte offset of plane {@code plane}, counted over all images. */
  long plane(long plane) {
    return lead() + plane * planeBytes();
  }

  /** Byte offset of the first pixel of plane {@code plane}. */
  long pixels(long plane) {
    return plane(plane) + (long) border * pitch() * CELL;
  }

  /** Byte offset of channel {@code channel} of a pixel. */
  long offset(long image, int channel, int y, int x) {
    return pixels(image * quads() + channel / 4) + ((long) y * pitch() + x) * CELL + (channel & 3);
  }

  /** Fills the border of a plane of {@code values}; pixels are left alone. */
  void fillBorder(MemorySegment values, long plane, int padding) {
    if (border == 0) {
      return;
    }
    long start = plane == 0 ? 0 : plane(plane);
    long pixels = pixels(plane);
    values.asSlice(start, pixels - start).fill((byte) padding);
    int cell = padding * 0x01010101;
    for (int y = 0; y < height - 1; y++) {
      long at = pixels + ((long) y * pitch() + width) * CELL;
      for (int i = 0; i < border; i++) {
        values.set(Elements.I32, at + (long) CELL * i, cell);
      }
    }
    long end = pixels + ((long) (height - 1) * pitch() + width) * CELL;
    values.asSlice(end, plane(plane) + planeBytes() - end).fill((byte) padding);
  }

  /** Writes the row-major bytes of {@code rows} to {@code values} in quads, with the border. */
  void encode(MemorySegment rows, MemorySegment values, int padding) {
    for (long plane = 0; plane < planes(); plane++) {
      values.asSlice(plane(plane), planeBytes()).fill((byte) padding);
      fillBorder(values, plane, padding);
    }
    long at = 0;
    for (int image = 0; image < batch; image++) {
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            values.set(JAVA_BYTE, offset(image, c, y, x), rows.get(JAVA_BYTE, at++));
          }
        }
      }
    }
  }

  /** Writes the pixels of {@code values} to {@code rows}, row-major. */
  void decode(MemorySegment values, MemorySegment rows) {
    long at = 0;
    for (int image = 0; image < batch; image++) {
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            rows.set(JAVA_BYTE, at++, values.get(JAVA_BYTE, offset(image, c, y, x)));
          }
        }
      }
    }
  }
}
