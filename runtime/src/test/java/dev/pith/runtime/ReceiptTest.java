package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.CpuFeatures;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The receipt says what the process really holds. */
@Timeout(100)
class ReceiptTest {

  private static final long MEGABYTE = 1 << 20;

  /** Weights of about 35 MB when dense; a file that is mapped and not decoded. */
  private static final int CHANNELS = 1408;

  @TempDir Path folder;

  /** Loads one small model, so that all code is there, then a large one, and says what it took. */
  static final class Child {
    private Child() {}

    private static long resident() throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IOException("the system does not say how much memory is resident");
    }

    private static Receipt run(Path file) throws IOException {
      SessionOptions options = SessionOptions.defaults().withDevice("cpu").withThreads(1);
      Model model = Model.load(file); // stays open, as it would where it is used
      Session session = model.newSession(options);
      session.run(Int8Network.image(1, 8));
      return session.receipt();
    }

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      run(folder.resolve("small.pith"));
      long before = resident();
      Receipt receipt = run(folder.resolve("large.pith"));
      long growth = resident() - before;
      Files.writeString(
          folder.resolve("result"),
          growth + " " + receipt.residentBytes() + " " + receipt.releasedBytes() + " " + receipt);
    }
  }

  private static String classPath() {
    return Stream.of(Child.class, Model.class, Tensor.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void theReceiptIsWhatTheProcessGrowsBy() throws IOException, InterruptedException {
    assumeTrue(Receipt.peakRss() > 0, "this system does not say how much memory was resident");
    assumeTrue(
        CpuFeatures.detect(Settings.architecture(), Settings.system()).features().contains("avx2"),
        "weights are repacked for generated code, which this machine does not run");
    Path large = folder.resolve("large.pith");
    ModelWriter.write(large, new Int8Network(8, CHANNELS).graph(), Provenance.NONE);
    ModelWriter.write(
        folder.resolve("small.pith"), new Int8Network(8, 16).graph(), Provenance.NONE);
    // the heap is all there from the start, so that only native memory grows
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xms160m",
                "-Xmx160m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                Child.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertTrue(child.waitFor(90, TimeUnit.SECONDS), "the other process hangs");
    assertEquals(0, child.exitValue(), Files.readString(folder.resolve("log")));
    String result = Files.readString(folder.resolve("result"));
    long growth = Long.parseLong(result.split(" ", 4)[0]);
    long receipt = Long.parseLong(result.split(" ", 4)[1]);
    long released = Long.parseLong(result.split(" ", 4)[2]);
    assertTrue(released > Files.size(large) * 9 / 10, result);
    assertTrue(receipt > 8 * MEGABYTE, result);
    assertTrue(Math.abs(growth - receipt) < 4 * MEGABYTE, result);
  }
}
