package dev.pith.kernels.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Generated functions are found by name, so that a name must tell all that differ apart. */
class GeneratedNamesTest {

  private static List<String> classNames(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("dev/pith/kernels"))) {
      return files
          .map(file -> root.relativize(file).toString().replace('/', '.'))
          .filter(name -> name.matches(".*\\.X86[A-Za-z]*Code\\.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .toList();
    }
  }

  /** The classes of the folder or the jar that the kernels come from. */
  private static List<String> classNames() throws IOException, URISyntaxException {
    Path place =
        Path.of(GeneratedCode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      return classNames(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return classNames(jar.getPath(""));
    }
  }

  private static List<Class<?>> kinds()
      throws IOException, URISyntaxException, ClassNotFoundException {
    List<String> names = classNames();
    List<Class<?>> kinds = new ArrayList<>();
    for (String name : names) {
      Class<?> type = Class.forName(name);
      if (GeneratedCode.class.isAssignableFrom(type)) {
        assertTrue(type.isRecord(), name);
        kinds.add(type);
      }
    }
    return kinds;
  }

  /** Values of a component that the code may be made with. */
  private static List<Object> values(Class<?> type) throws ReflectiveOperationException {
    if (type == boolean.class) {
      return List.of(false, true);
    } else if (type == int.class) {
      return List.of(1, 2, 3, 4, 256, 512);
    } else if (type == List.class) {
      return List.of(List.of(0), List.of(0, 4), List.of(0, 4, 32)); // offsets
    }
    if (type.isRecord()) {
      return samples(type);
    }
    assertTrue(type.isEnum(), () -> "say here which values " + type + " has");
    return List.of(type.getEnumConstants());
  }

  /** All combinations of values that the record takes. */
  private static List<Object> samples(Class<?> kind) throws ReflectiveOperationException {
    List<List<Object>> combinations = new ArrayList<>(List.of(List.of()));
    RecordComponent[] components = kind.getRecordComponents();
    for (RecordComponent component : components) {
      List<List<Object>> longer = new ArrayList<>();
      for (List<Object> combination : combinations) {
        for (Object value : values(component.getType())) {
          List<Object> next = new ArrayList<>(combination);
          next.add(value);
          longer.add(next);
        }
      }
      combinations = longer;
    }
    Constructor<?> constructor =
        kind.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    constructor.setAccessible(true); // records of other packages
    List<Object> samples = new ArrayList<>();
    for (List<Object> combination : combinations) {
      try {
        samples.add(constructor.newInstance(combination.toArray()));
      } catch (InvocationTargetException e) {
        assertEquals(IllegalArgumentException.class, e.getCause().getClass(), kind.getName());
      }
    }
    return samples;
  }

  @Test
  void namesTellFunctionsApart()
      throws IOException, URISyntaxException, ReflectiveOperationException {
    Map<String, GeneratedCode> byName = new HashMap<>();
    List<Class<?>> kinds = kinds();
    assertTrue(kinds.size() > 20, kinds.toString());
    for (Class<?> kind : kinds) {
      List<Object> samples = samples(kind);
      assertTrue(!samples.isEmpty(), kind.getName());
      for (Object made : samples) {
        GeneratedCode sample = (GeneratedCode) made;
        GeneratedCode other = byName.put(sample.name(), sample);
        assertNull(other, () -> sample + " and " + other + " are both " + sample.name());
      }
    }
  }
}
