package dev.pith.compress.measure;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process as Linux counts it; unknown elsewhere. */
final class ProcessMemory {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.compress.measure");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ProcessMemory() {}

  /** Makes the peak start again from what is resident now, where the system can do so. */
  static void resetPeak() {
    if (!Files.isWritable(CLEAR)) {
      return;
    }
    try {
      Files.writeString(CLEAR, "5");
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "the peak of resident memory cannot be reset here", e);
    }
  }
}
