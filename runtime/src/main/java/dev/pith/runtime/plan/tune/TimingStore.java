package dev.pith.runtime.plan.tune;

import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Target;
import java.nio.file.Path;
import java.util.TreeSet;

/**
 * Where a device's winners are remembered.
 *
 * @param folder folder of the files
 * @param device the device with everything that times depend on: model, driver, features, threads
 */
public record TimingStore(Path folder, String device) {

  /** The store of a target; {@code device} names the hardware and its driver. */
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
}
