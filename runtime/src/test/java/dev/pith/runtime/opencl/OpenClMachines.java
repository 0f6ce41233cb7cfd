package dev.pith.runtime.opencl;

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
    return new DeviceMachine(
        cache -> {
          OpenClPlatforms platforms = OpenClPlatforms.find();
          Assumptions.assumeFalse(platforms.devices().isEmpty(), platforms.missing());
          return new OpenClDevice(platforms.devices().get(0), options(cache), Set.of());
        },
        OpenCl::live);
  }
}
