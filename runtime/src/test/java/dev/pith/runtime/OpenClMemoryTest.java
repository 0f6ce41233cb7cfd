package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.opencl.OpenClMachines;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that needs more memory than an OpenCL device has fails alone. */
@Tag("opencl")
class OpenClMemoryTest {

  @TempDir Path cache;

  private Session open(Model model, long bytes) {
    return new Session(model, OpenClMachines.ofMemory(bytes, cache));
  }

  /** Weights of one buffer that is too large, and of several that are together. */
  @Test
  void aModelLargerThanTheDeviceIsRefusedAndASmallerOneRunsAfterwards() {
    open(DeviceFailureTest.model(1), 1 << 20).close(); // skips where there is no device
    long before = OpenClMachines.live();
    for (long bytes : new long[] {20_000, 32 * 1024 + 300}) {
      try (Model large = DeviceFailureTest.model(32);
          Session session = open(large, bytes)) {
        for (int attempt = 0; attempt < 2; attempt++) {
          OutOfDeviceMemoryException e =
              assertThrows(
                  OutOfDeviceMemoryException.class, () -> session.run(DeviceFailureTest.X));
          String text = e.getMessage();
          assertTrue(text.contains(e.bytes() + " bytes of "), text);
          assertTrue(text.contains("bytes are held") && text.contains(bytes + ";"), text);
          assertEquals(1, text.lines().count());
        }
      }
      assertEquals(before, OpenClMachines.live(), "the session has released everything");
    }
    try (Model small = DeviceFailureTest.model(8);
        Session session = open(small, 32 * 1024 + 300)) {
      assertEquals(1, session.run(DeviceFailureTest.X).size());
    }
    assertEquals(before, OpenClMachines.live());
  }
}
