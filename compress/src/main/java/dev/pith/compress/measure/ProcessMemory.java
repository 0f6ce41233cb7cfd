package dev.pith.compress.measure;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process as Linux counts it; unknown elsewhere. */
final class ProcessMemory {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.compress.measure");
  private static final int COUNTED_RUNS = 4;
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

  /**
   * Bytes that a run makes on the Java heap, in all threads together; −1 where the virtual machine
   * does not count them.
   */
  static long allocated(Runnable run) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
        || !threads.isThreadAllocatedMemorySupported()) {
      return -1;
    }
    long before = threads.getTotalThreadAllocatedBytes();
    for (int i = 0; i < COUNTED_RUNS; i++) {
      run.run();
    }
    return (threads.getTotalThreadAllocatedBytes() - before) / COUNTED_RUNS;
  }
}
