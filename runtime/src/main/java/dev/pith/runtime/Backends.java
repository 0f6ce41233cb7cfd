package dev.pith.runtime;

import dev.pith.kernels.x86.CpuFeatures;
import dev.pith.runtime.cpu.CpuBackend;
import dev.pith.runtime.cuda.CudaBackend;
import dev.pith.runtime.device.Backend;
import dev.pith.runtime.device.BackendUnavailableException;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.WeightPool;
import dev.pith.runtime.opencl.OpenClBackend;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one list of backends, in order of preference. */
public final class Backends {

  /**
   * Every backend; {@code auto} takes the first that is available, so that it is the CPU: no other
   * device has been shown to be faster here, and asking for one would load its driver.
   */
  public static final List<Backend> ALL =
      List.of(
          new CpuBackend(),
          new CudaBackend(Settings::cache, Settings::withTemporaryFolder),
          new OpenClBackend());

  private static final AtomicBoolean ANTICIPATED = new AtomicBoolean();

  private Backends() {}

  /**
   * Begins, on a thread of its own and once in the life of a process, what the first session on the
   * CPU would otherwise wait for: how native code is called takes a virtual machine as long to
   * learn as a small network takes to be read.
   */
  static void anticipate() {
    if (Settings.GENERATED_CODE.get().strip().equals("on")
        && ANTICIPATED.compareAndSet(false, true)) {
      String architecture = Settings.architecture();
      String system = Settings.system();
      Thread.ofPlatform()
          .daemon()
          .name("pith-start")
          .start(() -> CpuFeatures.detect(architecture, system));
    }
  }

  /**
   * Opens the device that {@code options} name.
   *
   * @throws BackendUnavailableException if it is not there; {@code auto} never throws
   */
  public static Device open(SessionOptions options) {
    return open(options, new WeightPool(List.of()));
  }

  /**
   * Opens the device that {@code options} name, for a session of the model whose pool it is.
   *
   * @throws BackendUnavailableException if it is not there; {@code auto} never throws
   */
  static Device open(SessionOptions options, WeightPool pool) {
    String device = options.device();
    int colon = device.indexOf(':');
    String name = colon < 0 ? device : device.substring(0, colon);
    int index = colon < 0 ? 0 : index(device, colon);
    for (Backend backend : ALL) {
      if (name.equals("auto")
          ? backend.availability().isAvailable()
          : backend.name().equals(name)) {
        Device opened =
            backend.open(
                new DeviceOptions(
                    index,
                    options.threads(),
                    options.vectorBits(),
                    options.selection(),
                    Settings.architecture(),
                    Settings.system(),
                    Settings.GENERATED_CODE.getSwitch(),
                    Settings.cache(),
                    options.allowFallback(),
                    Settings.CUDA_GRAPHS.getSwitch(),
                    Settings.CUDA_TF32.getSwitch()),
                pool);
        if (name.equals("auto")) {
          System.getLogger("dev.pith.runtime")
              .log(
                  Level.INFO,
                  "using {0} ({1}), the best device here",
                  backend.name(),
                  opened.description());
        }
        return opened;
      }
    }
    throw new BackendUnavailableException(
        "there is no device "
            + device
            + "; this build has "
            + ALL.stream().map(Backend::name).toList());
  }

  private static int index(String device, int colon) {
    try {
      return Integer.parseUnsignedInt(device.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new BackendUnavailableException(
          "device " + device + " does not end in a number; write for example cpu:0", e);
    }
  }
}
