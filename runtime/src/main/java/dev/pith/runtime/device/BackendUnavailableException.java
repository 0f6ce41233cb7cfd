package dev.pith.runtime.device;

/** A backend or device that was asked for by name is not there; the message says what to do. */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BackendUnavailableException(String message) {
    super(message);
  }

  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
