package dev.pith.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sources")
class ReadmeTest {

  @Test
  void everySettingIsInTheTable() throws IOException {
    String root = System.getProperty("pith.root", "");
    assumeTrue(!root.isEmpty(), "pith.root is not set");
    String readme = Files.readString(Path.of(root, "README.md"));
    for (Settings setting : Settings.values()) {
      String value = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "` ";
      String row = "| `" + setting.property() + "` | " + value + "| " + setting.meaning() + " |";
      assertTrue(readme.contains(row), "README.md lacks the row " + row);
    }
  }
}
