package dev.pith.compress.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that a command is to make: checked before the work starts, written beside its place, and
 * moved there in one step when it is complete.
 */
final class OutputFile {

  private final Path target;
  private final boolean force;

  private OutputFile(Path target, boolean force) {
    this.target = target;
    this.force = force;
  }

  /**
   * Checks that {@code target} can be made.
   *
   * @param force whether an existing file may be replaced
   * @throws IllegalArgumentException if it exists, is a folder, or its folder is missing
   */
  static OutputFile of(Path target, boolean force) {
    Path folder = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target)) {
      throw new IllegalArgumentException(target + " is a folder; a file is needed");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "there is no folder " + (folder == null ? target : folder) + " to write to; create it");
    }
    if (!Files.isWritable(folder)) {
      throw new IllegalArgumentException("folder " + folder + " may not be written to");
    }
    if (Files.exists(target) && !force) {
      throw new IllegalArgumentException(target + " exists already; --force replaces it");
    }
    return new OutputFile(target, force);
  }

  /** The same file, to be replaced by something better. */
  OutputFile replacing() {
    return new OutputFile(target, true);
  }

  /** A folder beside the file for what is needed meanwhile; vanishes when the program ends. */
  Path workFolder() throws IOException {
    return Unfinished.folder(target.toAbsolutePath().getParent());
  }

  /** Writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(Path file) throws IOException;
  }

  /**
   * Writes the file completely or not at all.
   *
   * @param writing writes to the path it is given
   */
  void write(Writing writing) throws IOException {
    Path folder = workFolder();
    try {
      Path beside = folder.resolve(target.getFileName().toString());
      try {
        writing.to(beside);
      } catch (IOException e) {
        throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
      }
      if (Files.exists(target) && !force) {
        throw new IllegalArgumentException(
            target + " has appeared in the meantime; --force replaces it");
      }
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Unfinished.remove(folder);
    }
  }
}
