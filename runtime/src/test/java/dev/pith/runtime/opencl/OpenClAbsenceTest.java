package dev.pith.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Unary;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lwjgl.opencl.CL;
import org.lwjgl.system.Configuration;

/** Machines without OpenCL: the CPU needs no class of LWJGL, and what is missing is explained. */
@Timeout(60)
class OpenClAbsenceTest {

  /** What the other virtual machines run: a session on the best device, then a look for OpenCL. */
  static final class Child {

    private Child() {}

    public static void main(String[] arguments) {
      List<ValueInfo> inputs = List.of(new ValueInfo("x", DType.F32, List.of(Dim.of(3))));
      List<ValueInfo> outputs = List.of(new ValueInfo("y", DType.F32, List.of(Dim.of(3))));
      Node relu = new Node("relu", new Unary(UnaryFunction.RELU, 0, 0), List.of("x"), List.of("y"));
      Graph graph = new Graph("", inputs, outputs, List.of(relu), Map.of());
      try (Model model = Model.of(graph);
          Session session = model.newSession(SessionOptions.defaults())) {
        float[] y = session.run(Tensor.of(new float[] {-1, 0, 2}, 3)).get("y").toFloats();
        System.out.println("cpu " + session.device().target().isCpu() + " " + y[2]);
      }
      if (arguments.length > 0) {
        var found = new OpenClBackend().availability();
        System.out.println(found.isAvailable() + " " + found.detail());
      }
    }
  }

  /** Classes of the places that a session on the CPU needs. */
  private static final List<Class<?>> OWN = List.of(Child.class, Model.class, Tensor.class);

  private static Stream<String> places(List<Class<?>> classes) {
    return classes.stream()
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString());
  }

  /** The jar of LWJGL's native library for Linux. */
  private static String natives() {
    String library = "linux/x64/org/lwjgl/liblwjgl.so";
    String place = CL.class.getClassLoader().getResource(library).toString();
    return Path.of(URI.create(place.substring("jar:".length(), place.indexOf('!')))).toString();
  }

  private static List<String> run(Stream<String> places, List<String> options, String... arguments)
      throws Exception {
    String classPath = places.distinct().collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.util.logging.config.file=/dev/null");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, Child.class.getName()));
    command.addAll(List.of(arguments));
    // What goes to the error stream counts too: a missing loader is told once, as a sentence.
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] output = child.getInputStream().readAllBytes();
    assertEquals(0, child.waitFor());
    return new String(output, StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void theCpuNeedsNoClassOfLwjgl() throws Exception {
    assertEquals(List.of("cpu true 2.0"), run(places(OWN), List.of()));
  }

  @Test
  void aMissingLoaderIsNamedWithWhatToInstall() throws Exception {
    Stream<String> all =
        Stream.concat(
            Stream.concat(places(OWN), places(List.of(CL.class, Configuration.class))),
            Stream.of(natives()));
    String absent = "-Dorg.lwjgl.opencl.libname=libNoSuchOpenCL.so.1";
    List<String> lines = run(all, List.of(absent), "look");
    assertEquals(2, lines.size(), lines.toString());
    assertEquals("cpu true 2.0", lines.get(0));
    assertTrue(lines.get(1).startsWith("false "), lines.toString());
    assertTrue(lines.get(1).contains("libNoSuchOpenCL.so.1"), lines.toString());
    assertTrue(lines.get(1).contains("ocl-icd-libopencl1"), lines.toString());
  }

  @Test
  void missingNativesOfLwjglAreNamed() throws Exception {
    Stream<String> all = Stream.concat(places(OWN), places(List.of(CL.class, Configuration.class)));
    String line = run(all, List.of(), "look").get(1);
    assertTrue(line.startsWith("false ") && line.contains("natives"), line);
  }
}
