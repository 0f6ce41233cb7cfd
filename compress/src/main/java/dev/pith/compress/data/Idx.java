package dev.pith.compress.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images and labels in the idx format of MNIST: a big-endian header (two zero bytes, type 8 for
 * bytes, number of extents, extents), then bytes. Held in memory as they are.
 */
final class Idx implements PixelSource {

  private final byte[] images;
  private final byte[] labels;
  private final int height;
  private final int width;

  private Idx(byte[] images, byte[] labels, int height, int width) {
    this.images = images;
    this.labels = labels;
    this.height = height;
    this.width = width;
  }

  /**
   * Opens the images and labels of a folder by their four standard names.
   *
   * @throws IOException if a file is missing, is not idx, or the two disagree
   */
  static Idx open(Path folder, Split split) throws IOException {
    String prefix = split == Split.TRAIN ? "train" : "t10k";
    Path imageFile = find(folder, prefix + "-images", "idx3-ubyte");
    Path labelFile = find(folder, prefix + "-labels", "idx1-ubyte");
    Array images = read(imageFile, 3);
    Array labels = read(labelFile, 1);
    if (images.dims[0] != labels.dims[0]) {
      throw new IOException(
          imageFile
              + " has "
              + images.dims[0]
              + " images but "
              + labelFile
              + " has "
              + labels.dims[0]
              + " labels");
    }
    return new Idx(images.values, labels.values, images.dims[1], images.dims[2]);
  }

  private static Path find(Path folder, String name, String kind) throws IOException {
    for (String end : List.of("-" + kind, "." + kind)) {
      for (String zip : List.of("", ".gz")) {
        Path file = folder.resolve(name + end + zip);
        if (Files.exists(file)) {
          return file;
        }
      }
    }
    throw new IOException(
        "there is no " + name + "-" + kind + " (or the same with .gz) in " + folder);
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Array(int[] dims, byte[] values) {}

  private static Array read(Path file, int rank) throws IOException {
    try (InputStream in = Bytes.open(file)) {
      ByteBuffer header = ByteBuffer.wrap(Bytes.read(in, 4 + 4 * rank, file, "the header"));
      int magic = header.getInt();
      if (magic != (8 << 8 | rank)) {
        throw new IOException(
            String.format(
                "%s is not idx with %d extents of bytes: it starts with 0x%08x",
                file, rank, magic));
      }
      int[] dims = new int[rank];
      long count = 1;
      for (int i = 0; i < rank; i++) {
        dims[i] = header.getInt();
        if (dims[i] <= 0) {
          throw new IOException(file + " has extent " + dims[i] + "; 1 or more is needed");
        }
        count = count > Integer.MAX_VALUE ? count : count * dims[i];
      }
      if (count > Integer.MAX_VALUE - 16) {
        throw new IOException(file + " claims " + count + " bytes or more; 2 GiB is the limit");
      }
      byte[] values = Bytes.read(in, (int) count, file, "its data");
      Bytes.expectEnd(in, file);
      return new Array(dims, values);
    }
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Pixels pixels(int index) {
    byte[] values = new byte[height * width];
    System.arraycopy(images, index * values.length, values, 0, values.length);
    return new Pixels(width, height, 1, values);
  }

  @Override
  public int label(int index) {
    return labels[index] & 255;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }
}
