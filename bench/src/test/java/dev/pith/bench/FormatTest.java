package dev.pith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every source file is as google-java-format writes it; {@code mvn spotless:apply} mends it. */
@Tag("sources")
class FormatTest {

  @Test
  void sourcesAreFormatted() throws IOException {
    String root = System.getProperty("pith.root", "");
    assumeTrue(!root.isEmpty(), "pith.root is not set");
    List<String> unformatted;
    try (Stream<Path> modules =
        Stream.of("kernels", "runtime", "compress", "bench").map(Path::of)) {
      List<Path> files =
          modules.flatMap(module -> sources(Path.of(root).resolve(module).resolve("src"))).toList();
      unformatted =
          files.parallelStream().filter(FormatTest::isUnformatted).map(Path::toString).toList();
    }
    assertEquals(List.of(), unformatted, "run mvn spotless:apply");
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static boolean isUnformatted(Path file) {
    try {
      String text = Files.readString(file);
      return !new Formatter().formatSourceAndFixImports(text).equals(text);
    } catch (IOException | FormatterException e) {
      throw new IllegalStateException("cannot format " + file, e);
    }
  }
}
