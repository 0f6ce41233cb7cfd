package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.CpuFeatures;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From nothing to the first result a process must not stop to make classes: what a virtual machine
 * spins when it first meets a method of a record, a switch over patterns, a native signature or a
 * regular expression takes milliseconds each, and an AOT cache of classes does not hold it.
 */
@Timeout(60)
class StartTest {

  @TempDir Path folder;

  /** What the other process does: the whole life of a small program. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      SessionOptions options =
          SessionOptions.defaults()
              .withDevice("cpu")
              .withThreads(1)
              .withSelection(KernelSelection.PREFERRED);
      try (Model model = Model.load(Path.of(arguments[0]));
          Session session = model.newSession(options)) {
        session.run(Int8Network.image(1, 8));
      }
    }
  }

  private static String classPath() {
    return Stream.of(Child.class, Model.class, Tensor.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<String> classesOfAStart() throws IOException, InterruptedException {
    Path model = folder.resolve("start.pith");
    ModelWriter.write(model, new Int8Network(8, 16).graph(), Provenance.NONE);
    Path classes = folder.resolve("classes");
    Path log = folder.resolve("log");
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xlog:class+load:file=" + classes,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                Child.class.getName(),
                model.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(child.waitFor(50, TimeUnit.SECONDS), "the other process hangs");
    assertEquals(0, child.exitValue(), Files.readString(log));
    return Files.readAllLines(classes);
  }

  private static List<String> containing(String part, List<String> lines) {
    return lines.stream().filter(line -> line.contains(part)).toList();
  }

  @Test
  void aFirstResultSpinsNoClasses() throws IOException, InterruptedException {
    assumeTrue(
        !CpuFeatures.detect(Settings.architecture(), Settings.system()).features().isEmpty(),
        "no code is generated for this machine");
    List<String> classes = classesOfAStart();
    assertEquals(1, containing("dev.pith.kernels.quads.X86QuadConv source", classes).size());
    assertEquals(List.of(), containing("java.lang.runtime.ObjectMethods ", classes));
    assertEquals(
        List.of(),
        containing("$$TypeSwitch", classes).stream()
            .filter(line -> line.contains("dev.pith"))
            .toList());
    assertEquals(1, containing("DowncallStub", classes).size(), "shapes of native calls");
    assertEquals(List.of(), containing("java.util.Formatter ", classes));
    assertEquals(List.of(), containing("java.util.regex.Pattern ", classes));
    assertEquals(List.of(), containing("jdk.incubator.vector", classes));
  }
}
