package dev.pith.compress.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Folders with half-made files, which vanish when the program ends before they are complete: at an
 * interrupt too, where the virtual machine then exits with 130. Thread-safe.
 */
final class Unfinished {

  private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();
  private static volatile boolean done;
  private static volatile String kept = "nothing was written";

  private Unfinished() {}

  /** Cleans up and says so if the virtual machine ends before {@link #done}. */
  static void watch() {
    Runtime.getRuntime().addShutdownHook(new Thread(Unfinished::end, "pith-unfinished"));
  }

  private static void end() {
    if (!done) {
      List.copyOf(FOLDERS).forEach(Unfinished::remove);
      System.err.println("pith: interrupted; " + kept);
    }
  }

  /**
   * What is left after an interrupt from now on, for the message.
   *
   * @param what a clause such as {@code nothing was written}, which it is at first
   */
  static void keeps(String what) {
    kept = what;
  }

  /** The command has ended by itself. */
  static void done() {
    done = true;
  }

  /** A new folder in {@code parent} that is removed at the end. */
  static Path folder(Path parent) throws IOException {
    Path folder = Files.createTempDirectory(parent, ".pith-");
    FOLDERS.add(folder);
    return folder;
  }

  /** Removes a folder and all that is in it. */
  static void remove(Path folder) {
    FOLDERS.remove(folder);
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed; do so by hand", e);
    }
  }
}
