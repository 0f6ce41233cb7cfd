package dev.pith.runtime.cuda;

import dev.pith.runtime.Backends;
import dev.pith.runtime.device.Backend;
import dev.pith.runtime.launch.DeviceMachine;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Real CUDA devices for tests. */
final class CudaMachines {

  private CudaMachines() {}

  /**
   * The first CUDA device. Without one tests are skipped, or fail where the build was told to need
   * it ({@code -Pcuda}).
   */
  static DeviceMachine first() {
    return new DeviceMachine(
        cache -> {
          Backend backend =
              Backends.ALL.stream().filter(b -> b.name().equals("cuda")).findFirst().orElseThrow();
          Backend.Availability found = backend.availability();
          if (Boolean.getBoolean("pith.needsCuda")) {
            Assertions.assertTrue(found.isAvailable(), found.detail());
          }
          Assumptions.assumeTrue(found.isAvailable(), found.detail());
          return backend.open(EmulatedCuda.options(cache, true));
        },
        () -> 0);
  }
}
