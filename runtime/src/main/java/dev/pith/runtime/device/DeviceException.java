package dev.pith.runtime.device;

/** A call into a driver failed; the message names the call, the code and its symbol. */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  /**
   * A failed call.
   *
   * @param api the interface, such as {@code OpenCL}
   * @param code what the call returned
   * @param symbol the code's name
   * @param call what was called, on what
   */
  public DeviceException(String api, int code, String symbol, String call) {
    super(api + ": " + call + " failed with " + symbol + " (" + code + ")");
    this.code = code;
  }

  DeviceException(String message, int code) {
    super(message);
    this.code = code;
  }

  /** What the call returned. */
  public int code() {
    return code;
  }
}
