package dev.pith.runtime.launch;

import dev.pith.kernels.Target;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import java.util.List;

/** One device and its driver, as plans use it. Safe for use from many threads. */
public interface Accelerator {

  /** The device's name, for messages. */
  String name();

  /** What kernels are chosen for. */
  Target target();

  /** Bytes that offsets of parts of a buffer are multiples of, a power of two. */
  long alignment();

  /**
   * New device memory, contents undefined; whoever asks closes it.
   *
   * @param bytes size; 0 gives a buffer of a few bytes
   * @param purpose what it is for, as error messages say it
   * @throws OutOfDeviceMemoryException if the device has not enough
   */
  DeviceBuffer allocate(long bytes, String purpose);

  /** New memory of the host that the device copies to and from at full speed. */
  HostBuffer allocateHost(long bytes);

  /** A new stream; for one thread at a time. */
  CommandStream stream();

  /**
   * The compiled form of a source, compiled once for the device and kept on disk.
   *
   * @param kernel name of the kernel, for messages
   * @throws dev.pith.runtime.device.KernelCompileException if the compiler refuses it
   */
  Code code(String source, String kernel);

  /**
   * A launch with its arguments set; whoever asks closes it.
   *
   * @param code the source's compiled form
   * @param entryPoint name of the kernel function
   * @param groups groups, at least 1
   * @param groupSize work items of a group
   * @param localBytes local memory of a group that the source does not declare
   * @param values the kernel function's parameters, in order
   */
  Call launch(
      Code code, String entryPoint, int groups, int groupSize, int localBytes, List<Value> values);

  /** A source's compiled form, which the device owns. */
  interface Code {}

  /** A parameter of a kernel function. */
  sealed interface Value {
    /** Device memory; a null pointer where {@code buffer} is null. */
    record Pointer(DeviceBuffer buffer) implements Value {}

    /** A 32-bit integer. */
    record Int32(int value) implements Value {}

    /** A 32-bit float. */
    record Float32(float value) implements Value {}
  }
}
