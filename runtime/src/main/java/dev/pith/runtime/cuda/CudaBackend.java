package dev.pith.runtime.cuda;

import dev.pith.runtime.cuda.CudaDriver.Facts;
import dev.pith.runtime.device.Backend;
import dev.pith.runtime.device.BackendUnavailableException;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.DeviceOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Runs plans on NVIDIA GPUs of compute capability 7.5 and newer. No class of JCuda is loaded before
 * a device is asked for and CUDA's libraries were found.
 */
public final class CudaBackend implements Backend {

  /** What the driver answers where it is installed and no device can be used. */
  private static final int NO_DEVICE = 100;

  /** The oldest CUDA version a driver must support. */
  private static final int OLDEST_DRIVER = 12000;

  private static final int OLDEST_CAPABILITY = 75;

  private final Supplier<CudaLibraries> finder;
  private final BiFunction<CudaLibraries, Path, CudaApi> opener;
  private final Supplier<Path> cache;
  private CudaLibraries libraries;
  private CudaApi api;

  /**
   * The backend of this process.
   *
   * @param cache the folder of what is kept from one process to the next
   * @param temporary runs an action while temporary files go to another folder
   */
  public CudaBackend(
      Supplier<Path> cache, java.util.function.BiConsumer<Path, Runnable> temporary) {
    this(
        () -> CudaLibraries.find(NativeLoader.SYSTEM),
        (found, folder) -> JCudaApi.open(found, folder, temporary::accept),
        cache);
  }

  /** A backend over other libraries, for tests. */
  CudaBackend(
      Supplier<CudaLibraries> finder,
      BiFunction<CudaLibraries, Path, CudaApi> opener,
      Supplier<Path> cache) {
    this.finder = finder;
    this.opener = opener;
    this.cache = cache;
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Availability availability() {
    try {
      List<Facts> devices = devices();
      List<String> texts = new ArrayList<>();
      devices.forEach(facts -> texts.add(CudaDevice.describe(facts)));
      String detail = String.join("; ", texts) + ", NVRTC " + api.compiler().versionText();
      List<String> absent = new ArrayList<>();
      for (CudaLibraries.Library library :
          List.of(CudaLibraries.Library.CUBLAS, CudaLibraries.Library.CUSPARSE)) {
        if (!libraries.has(library)) {
          absent.add(libraries.missing().get(library));
        }
      }
      return new Availability(
          true,
          absent.isEmpty() ? detail : detail + "; slower without: " + String.join("; ", absent));
    } catch (BackendUnavailableException e) {
      return new Availability(false, e.getMessage());
    } catch (DeviceException e) {
      return new Availability(false, e.getMessage() + "; see that nvidia-smi shows the GPU");
    }
  }

  /** The devices there are; at least one. */
  private synchronized List<Facts> devices() {
    load();
    CudaDriver driver = api.driver();
    if (driver.version() < OLDEST_DRIVER) {
      throw new BackendUnavailableException(
          "the NVIDIA driver supports CUDA "
              + driver.version() / 1000
              + "."
              + driver.version() % 1000 / 10
              + "; CUDA 12 needs driver 525.60 or newer: update it");
    }
    int count = driver.deviceCount();
    if (count == 0) {
      throw new BackendUnavailableException(
          "the NVIDIA driver is here but no GPU is; see nvidia-smi and CUDA_VISIBLE_DEVICES");
    }
    List<Facts> devices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      devices.add(driver.facts(i));
    }
    return devices;
  }

  private void load() {
    if (api != null) {
      return;
    }
    if (libraries == null) {
      libraries = finder.get();
    }
    for (CudaLibraries.Library needed :
        List.of(CudaLibraries.Library.DRIVER, CudaLibraries.Library.NVRTC)) {
      if (!libraries.has(needed)) {
        throw new BackendUnavailableException(libraries.missing().get(needed));
      }
    }
    try {
      api = opener.apply(libraries, cache.get());
    } catch (DeviceException e) {
      if (e.code() == NO_DEVICE) {
        throw new BackendUnavailableException(
            "the NVIDIA driver is here but no GPU is; see nvidia-smi and CUDA_VISIBLE_DEVICES", e);
      }
      throw e;
    }
  }

  @Override
  public Device open(DeviceOptions options) {
    List<Facts> devices;
    try {
      devices = devices();
    } catch (BackendUnavailableException e) {
      throw new BackendUnavailableException("device cuda is not there: " + e.getMessage(), e);
    }
    if (options.index() >= devices.size()) {
      throw new BackendUnavailableException(
          "device cuda:"
              + options.index()
              + " does not exist; there are cuda:0 to cuda:"
              + (devices.size() - 1)
              + ": "
              + devices.stream().map(CudaDevice::describe).toList());
    }
    Facts facts = devices.get(options.index());
    if (10 * facts.major() + facts.minor() < OLDEST_CAPABILITY) {
      throw new BackendUnavailableException(
          facts.name()
              + " is "
              + facts.architecture()
              + "; sm_75 (Turing, 2018) and newer are supported: use device opencl or cpu");
    }
    return new CudaDevice(api, options);
  }
}
