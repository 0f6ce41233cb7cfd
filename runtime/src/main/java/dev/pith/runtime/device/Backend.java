package dev.pith.runtime.device;

/** One technology to run plans on. Stateless; safe for use from many threads. */
public interface Backend {

  /** The name users give: {@code cpu}, {@code cuda}, {@code opencl}. */
  String name();

  /** Whether the backend can be used here, and if not, what is missing and how to get it. */
  Availability availability();

  /**
   * Opens a device.
   *
   * @throws BackendUnavailableException if the backend or the device asked for is not there
   */
  Device open(DeviceOptions options);

  /**
   * Opens a device for the sessions of one model. A device that repacks weights in the host's
   * memory shares them through the pool; others have no use for it.
   *
   * @param pool the model's
   * @throws BackendUnavailableException if the backend or the device asked for is not there
   */
  default Device open(DeviceOptions options, WeightPool pool) {
    return open(options);
  }

  /**
   * The answer to "is it there?".
   *
   * @param isAvailable whether {@link #open} can succeed
   * @param detail the device found, or what is missing and how to get it; one line
   */
  record Availability(boolean isAvailable, String detail) {}
}
