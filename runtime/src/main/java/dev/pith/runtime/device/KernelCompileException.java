package dev.pith.runtime.device;

/** A device's compiler refused a kernel; the message has its log and where the source lies. */
public final class KernelCompileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String log;

  /**
   * A refused kernel.
   *
   * @param kernel name of the kernel
   * @param device name of the device
   * @param log what the compiler said
   * @param source where the source was written, or why it could not be
   */
  public KernelCompileException(String kernel, String device, String log, String source) {
    super(
        "kernel " + kernel + " does not compile on " + device + "; source: " + source + "\n" + log);
    this.log = log;
  }

  /** What the compiler said. */
  public String log() {
    return log;
  }
}
