package dev.pith.runtime.plan;

/** No kernel of the device solves a problem; the message lists every refusal. */
public final class NoKernelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NoKernelException(String message) {
    super(message);
  }
}
