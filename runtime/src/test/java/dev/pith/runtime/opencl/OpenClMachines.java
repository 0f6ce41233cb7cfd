package dev.pith.runtime.opencl;

import dev.pith.runtime.launch.DeviceMachine;
import org.junit.jupiter.api.Assumptions;

/** OpenCL devices for tests. */
public final class OpenClMachines {

  private OpenClMachines() {}

  /** The first OpenCL device; tests are skipped where there is none. */
  public static DeviceMachine first() {
    return new DeviceMachine(
        cache -> {
          OpenClPlatforms platforms = OpenClPlatforms.find();
          Assumptions.assumeFalse(platforms.devices().isEmpty(), platforms.missing());
          return new OpenClDevice(platforms.devices().get(0), cache, false);
        },
        OpenCl::live);
  }
}
