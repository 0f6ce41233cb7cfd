package dev.pith.runtime.device;

/** A device has not enough memory; the message says how much was asked for and how much it has. */
public final class OutOfDeviceMemoryException extends DeviceException {
  private static final long serialVersionUID = 1;

  private final long bytes;

  /**
   * Too much was asked for.
   *
   * @param device name of the device
   * @param purpose what the memory was for
   * @param bytes bytes asked for
   * @param room how much is free or held, a clause such as {@code 17 bytes are free}
   * @param total bytes of the device
   * @param code what the call returned, or 0 where none was made
   */
  public OutOfDeviceMemoryException(
      String device, String purpose, long bytes, String room, long total, int code) {
    super(
        device
            + " has no room for "
            + bytes
            + " bytes of "
            + purpose
            + ": "
            + room
            + " of its "
            + total
            + "; use smaller inputs, fewer sessions, or device cpu",
        code);
    this.bytes = bytes;
  }

  /**
   * The system refused.
   *
   * @param device name of the device
   * @param purpose what the memory was for
   * @param bytes bytes asked for
   * @param cause what the system said
   */
  public OutOfDeviceMemoryException(String device, String purpose, long bytes, Throwable cause) {
    super(
        device
            + " has no room for "
            + bytes
            + " bytes of "
            + purpose
            + "; use smaller inputs, fewer threads or fewer sessions",
        0);
    initCause(cause);
    this.bytes = bytes;
  }

  /** Bytes asked for. */
  public long bytes() {
    return bytes;
  }
}
