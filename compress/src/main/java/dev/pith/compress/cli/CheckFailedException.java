package dev.pith.compress.cli;

/** A check that the user asked for did not hold; exit code 1. */
final class CheckFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CheckFailedException(String message) {
    super(message);
  }
}
