package dev.pith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Module descriptors and the BOM say what there is. */
@Tag("sources")
class ModulesTest {

  private static Path root;

  @BeforeAll
  static void findRoot() {
    String folder = System.getProperty("pith.root", "");
    assumeTrue(!folder.isEmpty(), "pith.root is not set");
    root = Path.of(folder);
  }

  private static Set<String> packages(String module) throws IOException {
    Path sources = root.resolve(module).resolve("src/main/java");
    try (Stream<Path> all = Files.walk(sources)) {
      Set<String> packages = new TreeSet<>();
      all.filter(file -> file.endsWith("package-info.java"))
          .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
          .forEach(packages::add);
      return packages;
    }
  }

  private static Set<String> exported(String module) throws IOException {
    Set<String> exported = new TreeSet<>();
    Matcher matcher =
        Pattern.compile("exports ([\\w.]+)( to [^;]+)?;")
            .matcher(
                Files.readString(root.resolve(module).resolve("src/main/module/module-info.java")));
    while (matcher.find()) {
      exported.add(matcher.group(1));
    }
    return exported;
  }

  @Test
  void kernelsExportAllPackages() throws IOException {
    assertEquals(packages("kernels"), exported("kernels"));
  }

  /** What users meet is exported; backends and what they share are not. */
  @Test
  void runtimeExportsWhatUsersMeet() throws IOException {
    assertTrue(
        packages("runtime").containsAll(exported("runtime")), exported("runtime").toString());
    assertEquals(
        Set.of(
            "dev.pith.runtime",
            "dev.pith.runtime.device",
            "dev.pith.runtime.format",
            "dev.pith.runtime.graph",
            "dev.pith.runtime.graph.ops",
            "dev.pith.runtime.plan"),
        exported("runtime"));
  }

  @Test
  void theBomHasTheVersionAndTheArtifactsOfTheProject() throws IOException {
    String bom = Files.readString(root.resolve("runtime/bom/pom.xml"));
    String project = Files.readString(root.resolve("pom.xml"));
    Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(project);
    assertTrue(version.find());
    assertTrue(bom.contains("<version>" + version.group(1) + "</version>"), version.group(1));
    for (String artifact : new String[] {"kernels", "runtime", "compress"}) {
      assertTrue(bom.contains("<artifactId>pith-" + artifact + "</artifactId>"), artifact);
    }
  }
}
