package dev.pith.compress.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.Passes;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PassesTest {

  /** Classes of Pith's that implement Pass, found in the folder they were compiled to. */
  private static Set<String> implementations() throws Exception {
    Path root = Path.of(Passes.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> found = new TreeSet<>();
    for (String name : classNames(root)) {
      Class<?> type = Class.forName(name, false, Passes.class.getClassLoader());
      if (Pass.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
        found.add(name);
      }
    }
    return found;
  }

  private static List<String> classNames(Path root) throws IOException {
    Path compress = root.resolve("dev/pith/compress");
    try (Stream<Path> files = Files.walk(compress)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.contains("/train/"))
          .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
          .filter(name -> !name.endsWith("-info"))
          .toList();
    }
  }

  @Test
  @Tag("sources")
  void everyPassIsListedOnce() throws Exception {
    List<String> listed = Passes.ALL.stream().map(pass -> pass.getClass().getName()).toList();
    assertEquals(implementations(), new TreeSet<>(listed));
    assertEquals(listed.size(), new TreeSet<>(listed).size());
  }

  @Test
  void namesDiffer() {
    TreeSet<String> names = new TreeSet<>(Passes.ALL.stream().map(Pass::name).toList());
    assertEquals(Passes.ALL.size(), names.size());
    names.forEach(name -> assertTrue(name.matches("[a-z]+(-[a-z]+)*"), name));
  }
}
