package dev.pith.bench.measure;

import ai.onnxruntime.OrtException;
import dev.pith.bench.Ort;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.kernels.x86.CpuFeatures;
import dev.pith.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/** The machine that is measured. */
public final class Machine {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Path LOAD = Path.of("/proc/loadavg");

  private Machine() {}

  /** The processor as a session with {@code threads} threads sees it. */
  public static Target target(int threads) {
    CpuFeatures features = CpuFeatures.detect(Settings.architecture(), Settings.system());
    return new Target(
        Target.Kind.CPU,
        Settings.architecture(),
        features.features(),
        VectorWidth.preferredBits(),
        threads);
  }

  /** Processor, instruction sets, cores, Java and peer in one paragraph of Markdown. */
  public static String describe() throws IOException, OrtException {
    Target target = target(1);
    return model()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " cores, "
        + String.join(" ", new TreeSet<>(target.features()))
        + ", "
        + target.vectorBits()
        + "-bit Vector API; Java "
        + Runtime.version()
        + "; ONNX Runtime "
        + Ort.environment().getVersion();
  }

  private static String model() throws IOException {
    if (Files.isReadable(PROCESSORS)) {
      for (String line : Files.readAllLines(PROCESSORS)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return Settings.architecture();
  }

  /** Processes that want to run, averaged over the last minute; NaN where the system hides it. */
  public static double load() throws IOException {
    return Files.isReadable(LOAD)
        ? Double.parseDouble(Files.readString(LOAD).split(" ", 2)[0])
        : Double.NaN;
  }
}
