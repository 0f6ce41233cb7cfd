package dev.pith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Small files, one idea each. */
@Tag("sources")
class SourceSizeTest {

  private static final int LIMIT = 500;
  private static final int KERNEL_LIMIT = 400;

  @Test
  void noSourceFileIsLong() throws IOException {
    String root = System.getProperty("pith.root", "");
    assumeTrue(!root.isEmpty(), "pith.root is not set");
    List<String> tooLong = new ArrayList<>();
    for (String module : List.of("kernels", "runtime", "compress", "bench")) {
      try (Stream<Path> files = Files.walk(Path.of(root, module, "src", "main"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          long lines;
          try (Stream<String> text = Files.lines(file)) {
            lines = text.count();
          }
          if (lines > (module.equals("kernels") ? KERNEL_LIMIT : LIMIT)) {
            tooLong.add(file.getFileName() + " has " + lines + " lines");
          }
        }
      }
    }
    assertEquals(List.of(), tooLong);
  }
}
