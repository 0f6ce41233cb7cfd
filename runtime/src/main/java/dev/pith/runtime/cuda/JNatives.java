package dev.pith.runtime.cuda;

import dev.pith.runtime.device.BackendUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * JCuda's native libraries in a folder of this user's own. JCuda would unpack them to the folder
 * for temporary files without a lock, where a half-written one ends the virtual machine; here each
 * appears whole or not at all, and JCuda finds it ready.
 */
final class JNatives {

  private static final String VERSION = "12.6.0-linux-x86_64";

  private JNatives() {}

  /**
   * Unpacks the natives that are not there yet.
   *
   * @param names libraries, such as {@code JCudaDriver}
   * @return the folder they lie in
   * @throws BackendUnavailableException if they are not on the class path or cannot be written
   */
  static Path unpack(Path cache, List<String> names) {
    Path folder = cache.resolve("jcuda-" + VERSION);
    for (String name : names) {
      String file = "lib" + name + "-" + VERSION + ".so";
      try (InputStream packed = JNatives.class.getResourceAsStream("/lib/" + file)) {
        if (packed == null) {
          throw new BackendUnavailableException(
              "/lib/" + file + " is not on the class path; add JCuda's natives for linux-x86_64");
        }
        write(folder, file, packed);
      } catch (IOException e) {
        throw new BackendUnavailableException(
            "JCuda's natives cannot be written to " + folder + "; set pith.cache", e);
      }
    }
    return folder;
  }

  private static void write(Path folder, String file, InputStream packed) throws IOException {
    Path target = folder.resolve(file);
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(folder);
    Path beside = Files.createTempFile(folder, "new", ".part");
    try {
      Files.copy(packed, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
