package dev.pith.compress.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Records of the CIFAR-10 binary version: a label byte, then 1024 red, 1024 green and 1024 blue
 * bytes, row-major; 32×32. Held in memory as they are.
 */
final class Cifar10 implements PixelSource {

  private static final int SIDE = 32;
  private static final int AREA = SIDE * SIDE;
  private static final int RECORD = 1 + 3 * AREA;
  private static final List<String> NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final byte[] records;

  private Cifar10(byte[] records) {
    this.records = records;
  }

  /**
   * Reads a file of records, gzip or plain.
   *
   * @throws IOException if it does not consist of whole records with labels 0 to 9
   */
  static Cifar10 open(Path file) throws IOException {
    byte[] records;
    try (InputStream in = Bytes.open(file)) {
      records = in.readNBytes(Integer.MAX_VALUE - 16);
    } catch (EOFException | ZipException e) {
      throw new IOException(file + " is damaged: its compressed data breaks off", e);
    }
    if (records.length == 0 || records.length % RECORD != 0) {
      throw new IOException(
          file
              + " has "
              + records.length
              + " bytes, which is not a number of CIFAR-10 records of "
              + RECORD
              + " bytes");
    }
    for (int i = 0; i < records.length; i += RECORD) {
      if ((records[i] & 255) >= NAMES.size()) {
        throw new IOException(
            file
                + " has label "
                + (records[i] & 255)
                + " in record "
                + i / RECORD
                + "; CIFAR-10 has the labels 0 to 9");
      }
    }
    return new Cifar10(records);
  }

  @Override
  public int size() {
    return records.length / RECORD;
  }

  @Override
  public Pixels pixels(int index) {
    byte[] values = new byte[3 * AREA];
    int start = index * RECORD + 1;
    for (int p = 0; p < AREA; p++) {
      for (int c = 0; c < 3; c++) {
        values[p * 3 + c] = records[start + c * AREA + p];
      }
    }
    return new Pixels(SIDE, SIDE, 3, values);
  }

  @Override
  public int label(int index) {
    return records[index * RECORD];
  }

  @Override
  public List<String> classNames() {
    return NAMES;
  }
}
