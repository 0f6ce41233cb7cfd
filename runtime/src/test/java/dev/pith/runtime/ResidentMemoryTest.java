package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.QLinear;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compressed weights are never expanded: a layer whose dense int8 weights would take 1 GiB runs in
 * a process that never has more than a third of that resident.
 */
@Timeout(120)
class ResidentMemoryTest {

  private static final int ROWS = 16384;
  private static final int COLUMNS = 65536;
  private static final int STORED = 48;
  private static final long DENSE_BYTES = (long) ROWS * COLUMNS;
  private static final Requantize REQUANTIZE = new Requantize(DType.U8, 128, 128, 0, 255);

  @TempDir Path folder;

  /** {@value #STORED} non-zeros in each row, made without the dense form. */
  private static Tensor weight() {
    Arena arena = Arena.ofAuto();
    MemorySegment values = arena.allocate((long) ROWS * STORED, 64);
    MemorySegment offsets = arena.allocate(4L * (ROWS + 1), 64);
    MemorySegment columns = arena.allocate(2L * ROWS * STORED, 64);
    Random random = new Random(8);
    for (int row = 0; row < ROWS; row++) {
      int[] chosen = random.ints(0, COLUMNS).distinct().limit(STORED).sorted().toArray();
      for (int i = 0; i < STORED; i++) {
        long at = (long) row * STORED + i;
        values.set(ValueLayout.JAVA_BYTE, at, (byte) (random.nextInt(127) + 1));
        columns.set(Elements.I16, 2 * at, (short) chosen[i]);
      }
      offsets.set(Elements.I32, 4L * (row + 1), (row + 1) * STORED);
    }
    return Tensor.over(
        DType.I8, Shape.of(ROWS, COLUMNS), new CsrLayout(), List.of(values, offsets, columns));
  }

  private static Graph graph(Tensor weight) {
    float[] scales = new float[ROWS];
    java.util.Arrays.fill(scales, 0.002f);
    return new Graph(
        "wide",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.symbol("N"), Dim.of(COLUMNS)))),
        List.of(new ValueInfo("y", DType.U8, null)),
        List.of(new Node("layer", new QLinear(REQUANTIZE), List.of("x", "w", "s"), List.of("y"))),
        Map.of("w", weight, "s", Tensor.of(scales, ROWS)));
  }

  private static Tensor input() {
    byte[] bytes = new byte[COLUMNS];
    new Random(2).nextBytes(bytes);
    return Tensor.ofBytes(DType.U8, bytes, 1, COLUMNS);
  }

  private static byte[] expected(Tensor weight) {
    MemorySegment x = input().values();
    byte[] y = new byte[ROWS];
    for (int row = 0; row < ROWS; row++) {
      int sum = 0;
      for (long at = (long) row * STORED; at < (row + 1L) * STORED; at++) {
        int column = weight.component(2).get(Elements.I16, 2 * at) & 0xFFFF;
        int activation = (x.get(ValueLayout.JAVA_BYTE, column) & 255) - 128;
        sum += weight.values().get(ValueLayout.JAVA_BYTE, at) * activation;
      }
      y[row] = (byte) REQUANTIZE.apply(sum, 0.002f);
    }
    return y;
  }

  /** What the other process does: runs the model and writes the result and the receipt. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      try (Model model = Model.load(folder.resolve("wide.pith"));
          Session session =
              model.newSession(
                  SessionOptions.defaults()
                      .withThreads(2)
                      .withVectorBits(Integer.parseInt(arguments[1])))) {
        Tensor y = session.run(input()).get("y");
        Files.write(folder.resolve("y"), y.values().toArray(ValueLayout.JAVA_BYTE));
        Receipt receipt = session.receipt();
        Files.writeString(
            folder.resolve("receipt"),
            receipt.residentWeightBytes() + " " + receipt.peakRssBytes() + " " + receipt);
      }
    }
  }

  /** Where this test and the modules it uses come from, whatever started it. */
  private static String classPath() {
    return Stream.of(Child.class, Model.class, Tensor.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void aLayerRunsInLessMemoryThanItsDenseWeights() throws IOException, InterruptedException {
    assumeTrue(Receipt.peakRss() > 0, "this system does not say how much memory was resident");
    Tensor weight = weight();
    ModelWriter.write(folder.resolve("wide.pith"), graph(weight), Provenance.NONE);
    for (String bits : List.of("0", "-1")) {
      Process child =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-Xmx96m",
                  "--add-modules=jdk.incubator.vector",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  classPath(),
                  Child.class.getName(),
                  folder.toString(),
                  bits)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      assertTrue(child.waitFor(100, TimeUnit.SECONDS), "the other process hangs");
      assertEquals(0, child.exitValue(), Files.readString(folder.resolve("log")));
      assertArrayEquals(expected(weight), Files.readAllBytes(folder.resolve("y")));
      String receipt = Files.readString(folder.resolve("receipt"));
      long weights = Long.parseLong(receipt.split(" ", 3)[0]);
      long peak = Long.parseLong(receipt.split(" ", 3)[1]);
      assertTrue(weights < DENSE_BYTES / 50, receipt);
      assertTrue(peak > 0 && peak < DENSE_BYTES / 3, receipt);
    }
  }
}
