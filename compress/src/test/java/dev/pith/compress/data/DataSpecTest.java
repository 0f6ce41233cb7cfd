package dev.pith.compress.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataSpecTest {

  @TempDir Path folder;

  private static Dataset open(String spec) throws IOException {
    return DataSpec.parse(spec).open(Split.TEST, Preprocess.NONE);
  }

  @Test
  void theTextNamesKindPlaceSplitAndSettings() {
    DataSpec spec = DataSpec.parse("idx:/some:where:train?scale=1/255&layout=nhwc");
    assertEquals(DataSpec.Kind.IDX, spec.kind());
    assertEquals("/some:where", spec.place());
    assertEquals(Split.TRAIN, spec.split());
    assertEquals(Preprocess.parse("scale=1/255&layout=nhwc"), spec.preprocess());
    DataSpec plain = DataSpec.parse("images:C:\\photos?labels=l.txt");
    assertEquals("C:\\photos", plain.place());
    assertNull(plain.split());
    assertNull(plain.preprocess());
    assertEquals(Map.of("labels", "l.txt"), plain.options());
    assertEquals(Split.TEST, DataSpec.parse("glyphs:test").split());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mnist",
        "mnist:x",
        "idx",
        "idx:",
        "glyphs:no",
        "idx:x?scale",
        "npz:",
        "idx:x?count=3"
      })
  void badTextIsRefused(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> DataSpec.parse(text));
    assertFalse(e.getMessage().isBlank());
  }

  private static byte[] idx(int magic, int... dimsAndValues) {
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * (magic & 255) + 64);
    out.putInt(magic);
    int at = 0;
    for (; at < (magic & 255); at++) {
      out.putInt(dimsAndValues[at]);
    }
    for (; at < dimsAndValues.length; at++) {
      out.put((byte) dimsAndValues[at]);
    }
    return java.util.Arrays.copyOf(out.array(), out.position());
  }

  private void write(String name, byte[] bytes, boolean zip) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (zip) {
      try (GZIPOutputStream gz = new GZIPOutputStream(out)) {
        gz.write(bytes);
      }
    } else {
      out.write(bytes);
    }
    Files.write(folder.resolve(name), out.toByteArray());
  }

  @Test
  void idxReadsPlainAndZipped() throws IOException {
    write("train-images-idx3-ubyte.gz", idx(2051, 2, 1, 3, 1, 2, 3, 4, 5, 250), true);
    write("train-labels-idx1-ubyte", idx(2049, 2, 7, 9), false);
    Dataset data = open("idx:" + folder + ":train?scale=0.5");
    assertEquals(2, data.size());
    assertEquals(Shape.of(1, 1, 3), data.shape());
    assertArrayEquals(new float[] {2, 2.5f, 125}, data.sample(1).toFloats());
    assertEquals(9, data.label(1));
    IOException e = assertThrows(IOException.class, () -> open("idx:" + folder));
    assertTrue(e.getMessage().contains("t10k-images"), e.getMessage());
  }

  @Test
  void brokenIdxIsRefused() throws IOException {
    byte[] labels = idx(2049, 2, 7, 9);
    byte[] images = idx(2051, 2, 1, 3, 1, 2, 3, 4, 5, 6);
    byte[][] broken = {
      java.util.Arrays.copyOf(images, images.length - 1),
      java.util.Arrays.copyOf(images, images.length + 1),
      java.util.Arrays.copyOf(images, 7),
      idx(2051, 3, 1, 2, 1, 2, 3, 4, 5, 6),
      idx(2051, 0x7fffffff, 0x7fffffff, 0x7fffffff),
      idx(2051, -1, 1, 3),
      idx(2050, 2, 3, 1, 2, 3, 4, 5, 6),
      new byte[0],
    };
    for (byte[] bytes : broken) {
      write("t10k-labels-idx1-ubyte", labels, false);
      write("t10k-images-idx3-ubyte", bytes, false);
      IOException e = assertThrows(IOException.class, () -> open("idx:" + folder));
      assertTrue(e.getMessage().contains("t10k-images"), e.getMessage());
    }
    byte[] cut = java.util.Arrays.copyOf(zipped(images), 25);
    Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
    Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), cut);
    assertThrows(IOException.class, () -> open("idx:" + folder));
  }

  private byte[] zipped(byte[] bytes) throws IOException {
    write("zip", bytes, true);
    return Files.readAllBytes(folder.resolve("zip"));
  }

  @Test
  void cifarRecordsBecomeImages() throws IOException {
    byte[] records = new byte[2 * 3073];
    records[3073] = 9;
    records[3073 + 1] = 10;
    records[3073 + 1 + 1024] = 20;
    records[3073 + 1 + 2048 + 33] = 30;
    write("c.bin.gz", records, true);
    Dataset data = open("cifar10:" + folder.resolve("c.bin.gz"));
    assertEquals(2, data.size());
    assertEquals("truck", data.classNames().get(data.label(1)));
    float[] values = data.sample(1).toFloats();
    assertEquals(Shape.of(3, 32, 32), data.sample(1).shape());
    assertEquals(10, values[0]);
    assertEquals(20, values[1024]);
    assertEquals(30, values[2048 + 33]);
    write("c.bin.gz", java.util.Arrays.copyOf(records, 3074), true);
    assertThrows(IOException.class, () -> open("cifar10:" + folder.resolve("c.bin.gz")));
    records[0] = 10;
    write("c.bin.gz", records, true);
    assertThrows(IOException.class, () -> open("cifar10:" + folder.resolve("c.bin.gz")));
  }

  private void image(String name, int type, int argb) throws IOException {
    BufferedImage image = new BufferedImage(4, 3, type);
    if (type == BufferedImage.TYPE_BYTE_GRAY) {
      image.getRaster().setSample(0, 0, 0, argb);
    } else {
      image.setRGB(0, 0, argb);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    assertTrue(ImageIO.write(image, "png", file.toFile()));
  }

  @Test
  void subfoldersLabelImagesAndTransparencyBecomesWhite() throws IOException {
    image("dog/b.png", BufferedImage.TYPE_INT_ARGB, 0x80FF0000);
    image("cat/a.png", BufferedImage.TYPE_BYTE_GRAY, 77);
    image("loose.png", BufferedImage.TYPE_INT_RGB, 0x102030);
    Files.writeString(folder.resolve("cat/notes.txt"), "no image");
    Dataset data = open("images:" + folder);
    assertEquals(List.of("cat", "dog"), data.classNames());
    assertEquals(List.of(-1, 0, 1), List.of(data.label(0), data.label(1), data.label(2)));
    assertFalse(data.isLabelled());
    assertArrayEquals(new float[] {16, 32, 48}, first(data.sample(0)));
    assertEquals(Shape.of(1, 3, 4), data.sample(1).shape());
    assertEquals(77, data.sample(1).toFloats()[0]);
    assertArrayEquals(new float[] {255, 127, 127}, first(data.sample(2)));
    assertEquals(255, data.sample(2).toFloats()[1]);
  }

  /** The three channels of pixel 0. */
  private static float[] first(Tensor sample) {
    float[] all = sample.toFloats();
    return new float[] {all[0], all[12], all[24]};
  }

  @Test
  void numberedFoldersAndLabelFilesGiveClassNumbers() throws IOException {
    image("281/b.png", BufferedImage.TYPE_INT_RGB, 0);
    image("7/a.png", BufferedImage.TYPE_INT_RGB, 0);
    Dataset numbered = open("images:" + folder);
    assertEquals(List.of(281, 7), List.of(numbered.label(0), numbered.label(1)));
    Files.writeString(folder.resolve("l.txt"), "# labels\nb.png 3\n7/a.png,12\n");
    Dataset labelled = open("images:" + folder + "?labels=l.txt");
    assertEquals(List.of(3, 12), List.of(labelled.label(0), labelled.label(1)));
    Files.writeString(folder.resolve("l.txt"), "gone.png 3\n");
    assertThrows(IOException.class, () -> open("images:" + folder + "?labels=l.txt"));
    Files.writeString(folder.resolve("l.txt"), "b.png tabby\n");
    assertThrows(IOException.class, () -> open("images:" + folder + "?labels=l.txt"));
  }

  @Test
  void brokenImagesAreNamed() throws IOException {
    image("a/x.png", BufferedImage.TYPE_INT_RGB, 0);
    byte[] whole = Files.readAllBytes(folder.resolve("a/x.png"));
    Files.write(folder.resolve("a/x.png"), java.util.Arrays.copyOf(whole, 40));
    Files.writeString(folder.resolve("a/y.jpg"), "no image at all");
    Dataset data = open("images:" + folder);
    for (int i = 0; i < 2; i++) {
      int index = i;
      IOException e = assertThrows(IOException.class, () -> data.sample(index));
      assertTrue(e.getMessage().contains(i == 0 ? "x.png" : "y.jpg"), e.getMessage());
    }
    assertThrows(IOException.class, () -> open("images:" + folder.resolve("none")));
    Files.createDirectories(folder.resolve("empty"));
    assertThrows(IOException.class, () -> open("images:" + folder.resolve("empty")));
  }

  @Test
  void arraysAreSamplesLabelsAndImages() throws IOException {
    Npy.write(folder.resolve("x.npy"), Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    Npy.write(folder.resolve("y.npy"), Tensor.of(new long[] {5, 6, 7}, 3));
    Dataset pair = open("npy:" + folder.resolve("x.npy") + "," + folder.resolve("y.npy"));
    assertEquals(3, pair.size());
    assertArrayEquals(new float[] {3, 4}, pair.sample(1).toFloats());
    assertEquals(7, pair.label(2));
    Path npz = folder.resolve("d.npz");
    byte[] grey = {0, 10, 20, 30};
    Npz.write(
        npz,
        Map.of(
            "images", Tensor.ofBytes(DType.U8, grey, 2, 1, 2), "labels", Tensor.of(new int[2], 2)));
    assertEquals(DType.U8, open("npz:" + npz).sample(0).dtype());
    Dataset images = open("npz:" + npz + "?scale=0.1");
    assertEquals(Shape.of(1, 1, 2), images.shape());
    assertArrayEquals(new float[] {2, 3}, images.sample(1).toFloats());
    Npz.write(npz, Map.of("ids", Tensor.of(new long[6], 2, 3), "mask", Tensor.of(new long[2], 2)));
    Dataset named = open("npz:" + npz);
    assertEquals(Shape.of(3), named.inputs(1).get("ids").shape());
    assertEquals(Shape.SCALAR, named.inputs(1).get("mask").shape());
    assertFalse(named.isLabelled());
    assertThrows(IllegalArgumentException.class, () -> named.sample(0));
  }

  @Test
  void arraysThatDisagreeAreRefused() throws IOException {
    Npy.write(folder.resolve("x.npy"), Tensor.of(new float[6], 3, 2));
    Npy.write(folder.resolve("y.npy"), Tensor.of(new long[2], 2));
    String x = "npy:" + folder.resolve("x.npy");
    assertThrows(IOException.class, () -> open(x + "," + folder.resolve("y.npy")));
    assertThrows(IOException.class, () -> open(x + "," + folder.resolve("x.npy")));
    assertThrows(IllegalArgumentException.class, () -> open(x + "?scale=1/255"));
    Npy.write(folder.resolve("s.npy"), Tensor.scalar(3f));
    assertThrows(IOException.class, () -> open("npy:" + folder.resolve("s.npy")));
  }
}
