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
  private final Map<String, Boolean> warm = new ConcurrentHashMap<>();

  private TimingStore(Path folder, String device) {
    this.folder = folder;
    this.device = device;
  }

  /**
   * The store of a target.
   *
   * @param folder folder of the files
   * @param device the hardware and its driver
   */
  public static TimingStore of(Path folder, String device, Target target) {
    return new TimingStore(
        folder,
        String.join(
                "; ",
                "kernels " + KernelFamilies.VERSION,
                device,
                target.kind().toString(),
                target.architecture(),
                new TreeSet<>(target.features()).toString(),
                target.vectorBits() + "-bit vectors",
                target.threads() + " threads")
            .replaceAll("\\s+", " "));
  }

  TuningCache open() {
    return new TuningCache(folder, device);
  }

  /** By name of a kernel that was warmed up: whether its times settled. */
  Map<String, Boolean> warm() {
    return warm;
  }
}
