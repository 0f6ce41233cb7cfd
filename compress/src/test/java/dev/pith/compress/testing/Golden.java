package dev.pith.compress.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts kept under {@code src/test/resources/golden}, so that a change shows as a diff. {@code
 * -Dgolden.update=true} rewrites them.
 */
public final class Golden {

  private Golden() {}

  /** Compares {@code text} with the golden file {@code name}, or rewrites the file. */
  public static void check(String name, String text) {
    try {
      if (Boolean.getBoolean("golden.update")) {
        Path file =
            Path.of(System.getProperty("pith.root"), "compress/src/test/resources/golden", name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return;
      }
      assertEquals(
          read(name),
          text,
          name + " changed; if that is meant, rewrite it by -Dgolden.update=true");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of the golden file {@code name}. */
  public static String read(String name) throws IOException {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      assertNotNull(in, "golden file " + name + " is missing; make it by -Dgolden.update=true");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
