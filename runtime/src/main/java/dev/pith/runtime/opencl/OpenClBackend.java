package dev.pith.runtime.opencl;

import dev.pith.runtime.device.Backend;
import dev.pith.runtime.device.BackendUnavailableException;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs plans on any OpenCL device, numbered over all platforms in the order the loader gives. */
public final class OpenClBackend implements Backend {

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public Availability availability() {
    OpenClPlatforms platforms = OpenClPlatforms.find();
    if (platforms.devices().isEmpty()) {
      return new Availability(false, platforms.missing());
    }
    return new Availability(
        true,
        platforms.devices().stream()
            .map(OpenClPlatforms.Found::toString)
            .collect(Collectors.joining("; ")));
  }

  @Override
  public Device open(DeviceOptions options) {
    OpenClPlatforms platforms = OpenClPlatforms.find();
    List<OpenClPlatforms.Found> devices = platforms.devices();
    if (devices.isEmpty()) {
      throw new BackendUnavailableException("device opencl is not there: " + platforms.missing());
    }
    if (options.index() >= devices.size()) {
      throw new BackendUnavailableException(
          "device opencl:" + options.index() + " does not exist; there are " + devices);
    }
    return new OpenClDevice(devices.get(options.index()), options, Set.of());
  }
}
