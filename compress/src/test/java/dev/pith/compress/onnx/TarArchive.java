package dev.pith.compress.onnx;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Unpacks the plain files of a {@code .tar.gz}: all that test data needs of the format. */
public final class TarArchive {

  private static final int BLOCK = 512;

  private TarArchive() {}

  /** Unpacks {@code archive} into {@code folder}. */
  public static void unpack(Path archive, Path folder) throws IOException {
    try (InputStream in =
        new BufferedInputStream(new GZIPInputStream(Files.newInputStream(archive), 1 << 16))) {
      byte[] header = in.readNBytes(BLOCK);
      String longName = "";
      while (header.length == BLOCK && header[0] != 0) {
        String prefix = text(header, 345, 155);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
        long size = Long.parseLong(text(header, 124, 12).strip(), 8);
        byte[] content = in.readNBytes(Math.toIntExact(size));
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        if (header[156] == 'L') {
          // GNU tar gives names of more than 100 bytes as the content of an entry of their own.
          longName = text(content, 0, content.length);
        } else {
          if (header[156] == '0' || header[156] == 0) {
            Path file = folder.resolve(longName.isEmpty() ? name : longName).normalize();
            Files.createDirectories(file.getParent());
            Files.write(file, content);
          }
          longName = "";
        }
        header = in.readNBytes(BLOCK);
      }
    }
  }

  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }
}
