package dev.pith.runtime.cuda;

import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.launch.Accelerator;
import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.opencl.OpenClBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** CUDA devices for tests: on fakes, on an OpenCL device, and real ones. */
public final class EmulatedCuda {

  private EmulatedCuda() {}

  static DeviceOptions options(Path cache, boolean graphs) {
    return new DeviceOptions(
        0, 1, 0, KernelSelection.PREFERRED, "", "", false, cache, false, graphs, false);
  }

  /**
   * A CUDA device whose kernels run on an OpenCL device, which stays open.
   *
   * @param cache folder of programs
   */
  public static Device over(Device opencl, Path cache) {
    return new CudaDevice(new PoclCuda((Accelerator) opencl).api(), options(cache, true));
  }

  /** The same on a machine without cuBLAS and cuSPARSE. */
  public static Device withoutLibraries(Device opencl, Path cache) {
    PoclCuda cuda = new PoclCuda((Accelerator) opencl);
    return new CudaDevice(new CudaApi(cuda, cuda, null, null), options(cache, true));
  }

  /**
   * A CUDA device whose kernels run on the first OpenCL device, for tests that compile so many
   * programs that they run only where {@code -Dpith.slow=true} asks for them.
   */
  static DeviceMachine onOpenClIfSlow() {
    return onOpenCl(true);
  }

  /** A CUDA device whose kernels run on the first OpenCL device. */
  static DeviceMachine onOpenCl() {
    return onOpenCl(false);
  }

  private static DeviceMachine onOpenCl(boolean isSlow) {
    Device[] under = new Device[1];
    PoclCuda[] cuda = new PoclCuda[1];
    return new DeviceMachine(
        cache -> {
          Assumptions.assumeTrue(
              !isSlow || Boolean.getBoolean("pith.slow"),
              "compiles hundreds of programs; -Dpith.slow=true runs it");
          OpenClBackend backend = new OpenClBackend();
          Assumptions.assumeTrue(
              backend.availability().isAvailable(), backend.availability().detail());
          under[0] = backend.open(options(cache, true));
          cuda[0] = new PoclCuda((Accelerator) under[0]);
          return new CudaDevice(cuda[0].api(), options(cache, true));
        },
        () -> {
          if (under[0] == null) {
            return 0;
          }
          long live = cuda[0].live.size();
          under[0].close();
          return live;
        });
  }

  /** A GPU without kernels, of little memory, that fails when told to. */
  public static final class Fake {

    private final FakeCuda cuda = new FakeCuda(8, 0);

    /** A GPU with {@code bytes} of memory free. */
    public Fake(long bytes) {
      cuda.freeBytes = bytes;
    }

    /** A device on it, for one session. */
    public Device open(Path cache) {
      return new CudaDevice(cuda.api(), options(cache, true));
    }

    /** Bytes that are free. */
    public long freeBytes() {
      return cuda.freeBytes;
    }

    /** Objects of the driver that are not released. */
    public int live() {
      return cuda.live.size();
    }

    /** The next call {@code name} fails with {@code code}. */
    public void fail(String name, int code) {
      cuda.fail(name, code);
    }

    /** The compiler refuses every source with {@code log}; null: none. */
    public void refuse(String log) {
      cuda.refusal = log;
    }
  }
}
