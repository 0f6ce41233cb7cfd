package dev.pith.compress.cli;

import dev.pith.runtime.device.BackendUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Exit codes, and what the user is told when a command fails: one line that says what to do. */
final class Failures {

  static final int DONE = 0;
  static final int CHECK_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int DEVICE_MISSING = 3;

  private Failures() {}

  /** Prints the message of {@code failure} and returns the exit code. */
  static int report(Throwable failure, Terminal terminal, boolean verbose) {
    Throwable cause =
        failure instanceof UncheckedIOException wrapped ? wrapped.getCause() : failure;
    terminal.err().println("pith: " + message(cause));
    if (verbose) {
      failure.printStackTrace(terminal.err());
    }
    terminal.err().flush();
    return switch (cause) {
      case CheckFailedException e -> CHECK_FAILED;
      case BackendUnavailableException e -> DEVICE_MISSING;
      default -> BAD_INPUT;
    };
  }

  private static String message(Throwable failure) {
    String text = failure.getMessage();
    return switch (failure) {
      case NoSuchFileException e -> "there is no file or folder " + e.getFile();
      case AccessDeniedException e -> e.getFile() + " may not be read or written";
      case FileAlreadyExistsException e -> e.getFile() + " exists already";
      case FileSystemException e ->
          e.getFile() + ": " + (e.getReason() == null ? "the system refused" : e.getReason());
      case IOException e -> text == null ? "reading or writing failed" : text;
      case OutOfMemoryError e ->
          "not enough memory (" + text + "); give more with PITH_JAVA_OPTS=-Xmx8g";
      default -> {
        boolean ours = text != null && isExpected(failure);
        yield ours
            ? text
            : "this should not have happened: " + failure + " (--verbose shows where)";
      }
    };
  }

  /** Whether the failure was thrown on purpose with a message for the user. */
  private static boolean isExpected(Throwable failure) {
    return failure instanceof IllegalArgumentException
            && !(failure instanceof NumberFormatException)
        || failure instanceof IllegalStateException
        || failure.getClass().getName().startsWith("dev.pith.");
  }
}
