package dev.pith.compress.data;

import dev.pith.kernels.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** NumPy's {@code .npz}: a zip file of {@code .npy} arrays by name, stored or deflated. */
public final class Npz {

  private static final String SUFFIX = ".npy";
  private static final int MAX_ARRAYS = 4096;

  /** Deflate makes at most 1032 bytes of one. */
  private static final long MAX_EXPANSION = 1032;

  private Npz() {}

  /**
   * Reads all arrays in the order of the file.
   *
   * @throws IOException if the file is missing, is no zip file, or an entry is not an array
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.size() > MAX_ARRAYS) {
        throw new IOException(file + " has " + zip.size() + " entries; 4096 is the limit");
      }
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          throw new IOException(file + " holds " + name + "; an .npz holds .npy arrays only");
        }
        long limit = Math.min(entry.getSize(), Files.size(file) * MAX_EXPANSION);
        try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
          arrays.put(
              name.substring(0, name.length() - SUFFIX.length()),
              Npy.read(in, limit, file + " entry " + name));
        }
      }
    } catch (ZipException e) {
      throw new IOException(file + " is not an .npz file, or is damaged: " + e.getMessage(), e);
    }
    return arrays;
  }

  /** Writes arrays, deflated, in iteration order; the same arrays give the same bytes. */
  public static void write(Path file, Map<String, Tensor> arrays) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        Npy.write(zip, array.getValue());
        zip.closeEntry();
      }
    }
  }
}
