package dev.pith.compress.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {

  @TempDir Path folder;

  private static Tensor random(DType type, long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), type, Shape.of(dims));
    Random random = new Random(7);
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      Elements.setDouble(type, tensor.values(), i, random.nextInt(-7, 8));
    }
    return tensor;
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.values().toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"BF16", "I4", "U4"})
  void everyTypeOfNumpySurvives(DType type) throws IOException {
    for (long[] dims : new long[][] {{}, {1}, {5}, {2, 3}, {0, 3}, {2, 1, 3, 4}}) {
      Path file = folder.resolve("x.npy");
      Tensor written = random(type, dims);
      Npy.write(file, written);
      Tensor read = Npy.read(file);
      assertEquals(written.shape(), read.shape());
      assertEquals(type, read.dtype());
      assertArrayEquals(bytes(written), bytes(read));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "I4", "U4"})
  void typesNumpyLacksAreWidened(DType type) throws IOException {
    Tensor written = random(type, 3, 5);
    Npy.write(folder.resolve("x.npy"), written);
    assertArrayEquals(written.toFloats(), Npy.read(folder.resolve("x.npy")).toFloats());
  }

  @Test
  void theBytesAreThoseOfNumpy() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, Tensor.of(new float[] {1, 2}, 2));
    // numpy.save of numpy.array([1, 2], "f4")
    byte[] header =
        ("\u0093NUMPY\u0001\u0000v\u0000{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
                + " ".repeat(60)
                + "\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] expected = java.util.Arrays.copyOf(header, header.length + 8);
    expected[header.length + 2] = (byte) 0x80;
    expected[header.length + 3] = 0x3f;
    expected[header.length + 7] = 0x40;
    assertArrayEquals(expected, out.toByteArray());
  }

  private Path file(String header, int version, byte[] values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.write(text.length & 255);
    out.write(text.length >> 8);
    if (version > 1) {
      out.write(new byte[2]);
    }
    out.write(text);
    out.write(values);
    return Files.write(folder.resolve("made.npy"), out.toByteArray());
  }

  @Test
  void fortranOrderAndBigEndianAreUnderstood() throws IOException {
    // [[0, 1, 2], [3, 4, 5]] column by column
    byte[] values = {0, 0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5};
    Path file = file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", 2, values);
    Tensor read = Npy.read(file);
    assertEquals(Shape.of(2, 3), read.shape());
    assertArrayEquals(new long[] {0, 1, 2, 3, 4, 5}, read.toLongs());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a dictionary",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 4), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
      })
  void hostileHeadersAreRefusedByName(String header) throws IOException {
    Path file = file(header, 1, new byte[8]);
    IOException e = assertThrows(IOException.class, () -> Npy.read(file));
    assertTrue(e.getMessage().contains("made.npy"), e.getMessage());
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path whole = folder.resolve("whole.npy");
    Npy.write(whole, random(DType.F32, 2, 2));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length++) {
      Path cut = Files.write(folder.resolve("cut.npy"), java.util.Arrays.copyOf(bytes, length));
      assertThrows(IOException.class, () -> Npy.read(cut), "cut after " + length);
    }
    Path longer = Files.write(folder.resolve("cut.npy"), java.util.Arrays.copyOf(bytes, 1000));
    assertThrows(IOException.class, () -> Npy.read(longer));
  }

  @Test
  void npzKeepsNamesOrderAndBytes() throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("zeta", random(DType.F32, 2, 3));
    arrays.put("a/b", random(DType.I64, 4));
    Path file = folder.resolve("x.npz");
    Npz.write(file, arrays);
    Map<String, Tensor> read = Npz.read(file);
    assertEquals(arrays.keySet().toString(), read.keySet().toString());
    arrays.forEach((name, value) -> assertArrayEquals(bytes(value), bytes(read.get(name))));
    byte[] once = Files.readAllBytes(file);
    Npz.write(file, arrays);
    assertArrayEquals(once, Files.readAllBytes(file));
  }

  @Test
  void brokenNpzIsRefusedByName() throws IOException {
    Path noZip = Files.write(folder.resolve("a.npz"), new byte[100]);
    assertTrue(
        assertThrows(IOException.class, () -> Npz.read(noZip)).getMessage().contains("a.npz"));
    Path bomb = folder.resolve("b.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }";
      zip.write(Files.readAllBytes(file(header, 1, new byte[0])));
      zip.closeEntry();
    }
    assertThrows(IOException.class, () -> Npz.read(bomb));
    assertThrows(IOException.class, () -> Npz.read(folder.resolve("none.npz")));
  }
}
