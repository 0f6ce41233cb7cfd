package dev.pith.runtime.opencl;

import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.launch.DeviceMachine;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** OpenCL devices for tests. */
public final class OpenClMachines {

  private OpenClMachines() {}

  private static DeviceOptions options(Path cache) {
    return new DeviceOptions(
        0, 1, 0, KernelSelection.PREFERRED, "", "", false, cache, false, false, false);
  }

  /** The first OpenCL device; tests are skipped where there is none. */
  public static DeviceMachine first() {
    return with(Set.of());
  }

  /** The first OpenCL device, believed to have features that sources do in software on it. */
  static DeviceMachine with(Set<String> features) {
    return new DeviceMachine(
        cache -> {
          OpenClPlatforms platforms = OpenClPlatforms.find();
          Assumptions.assumeFalse(platforms.devices().isEmpty(), platforms.missing());
          return new OpenClDevice(platforms.devices().get(0), options(cache), features);
        },
        OpenCl::live);
  }

  /** Objects of OpenCL that are not released. */
  public static long live() {
    return OpenCl.live();
  }

  /** The first OpenCL device, as if it had {@code bytes} of memory, for one session. */
  public static Device ofMemory(long bytes, Path cache) {
    OpenClPlatforms platforms = OpenClPlatforms.find();
    Assumptions.assumeFalse(platforms.devices().isEmpty(), platforms.missing());
    OpenClPlatforms.Found f = platforms.devices().get(0);
    OpenClPlatforms.Found small =
        new OpenClPlatforms.Found(
            f.platform(),
            f.id(),
            f.name(),
            f.version(),
            f.driver(),
            f.isGpu(),
            f.units(),
            bytes,
            bytes,
            f.alignment(),
            f.roundsDivision(),
            f.hasDoubles());
    return new OpenClDevice(small, options(cache), Set.of());
  }
}
