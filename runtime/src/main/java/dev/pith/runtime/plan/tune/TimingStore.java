package dev.pith.runtime.plan.tune;

import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Target;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of a device's timings: the file of winners, and which kernels have run long enough
 * in this process to be timed. Thread-safe.
 */
public final class TimingStore {

  private final Path folder;
  private final String device;
  private final Target target;
  private final Map<String, Boolean> warm = new ConcurrentHashMap<>();

  private TimingStore(Path folder, String device, Target target) {
    this.folder = folder;
    this.device = device;
    this.target = target;
  }

  /**
   * The store of a target.
   *
   * @param folder folder of the files
   * @param device the hardware and its driver
   */
  public static TimingStore of(Path folder, String device, Target target) {
    return new TimingStore(folder, device, target);
  }

  /** What is remembered; read now, since sessions that do not measure never ask. */
  TuningCache open() {
    String line =
        String.join(
            "; ",
            "kernels " + KernelFamilies.VERSION,
            device,
            target.kind().toString(),
            target.architecture(),
            new TreeSet<>(target.features()).toString(),
            target.vectorBits() + "-bit vectors",
            target.threads() + " threads");
    return new TuningCache(folder, line.replaceAll("\\s+", " "));
  }

  /** By name of a kernel that was warmed up: whether its times settled. */
  Map<String, Boolean> warm() {
    return warm;
  }
}
