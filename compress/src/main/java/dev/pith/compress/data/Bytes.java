package dev.pith.compress.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads data files, compressed with gzip or not, with errors that name the file. */
final class Bytes {

  private Bytes() {}

  /** Opens {@code file}; its content decides whether it is decompressed, not its name. */
  static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder; a file is needed");
    }
    InputStream raw;
    try {
      raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
    raw.mark(2);
    boolean zipped = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return zipped ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw;
  }

  /**
   * Reads exactly {@code count} bytes. Memory grows with what is really there, not with what a
   * header claims.
   */
  static byte[] read(InputStream in, int count, Path file, String what) throws IOException {
    byte[] bytes;
    try {
      bytes = in.readNBytes(count);
    } catch (EOFException | ZipException e) {
      throw new IOException(file + " is damaged: its compressed data breaks off", e);
    }
    if (bytes.length < count) {
      throw new IOException(
          file
              + " ends early: "
              + what
              + " needs "
              + count
              + " bytes, "
              + bytes.length
              + " are there");
    }
    return bytes;
  }

  /** Checks that nothing follows. */
  static void expectEnd(InputStream in, Path file) throws IOException {
    if (in.read() >= 0) {
      throw new IOException(
          file + " has bytes after its last item; it is no such file, or damaged");
    }
  }
}
