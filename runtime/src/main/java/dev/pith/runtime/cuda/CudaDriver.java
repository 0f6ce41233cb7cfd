package dev.pith.runtime.cuda;

import dev.pith.runtime.device.DeviceException;
import java.util.List;

/**
 * The calls of the CUDA driver that this backend makes. All of them throw {@link DeviceException}
 * where the driver answers with an error; those that work in a context need it current on the
 * calling thread. Safe for use from many threads.
 */
interface CudaDriver {

  /** {@code CUDA_ERROR_OUT_OF_MEMORY}. */
  int OUT_OF_MEMORY = 2;

  /** An object of the driver. */
  interface Handle {}

  /**
   * What a device is.
   *
   * @param name the product's name
   * @param major first number of its compute capability
   * @param minor second number of its compute capability
   * @param multiprocessors streaming multiprocessors
   * @param memoryBytes bytes of device memory
   */
  record Facts(String name, int major, int minor, int multiprocessors, long memoryBytes) {

    /** The architecture as compilers name it. */
    String architecture() {
      return "sm_" + major + minor;
    }
  }

  /** A parameter of a kernel function. */
  sealed interface Parameter {
    /** An address in device memory; 0 for none. */
    record Address(long value) implements Parameter {}

    /** A 32-bit integer. */
    record Int32(int value) implements Parameter {}

    /** A 32-bit float. */
    record Float32(float value) implements Parameter {}
  }

  /** The newest CUDA version the driver supports: 1000 · major + 10 · minor. */
  int version();

  /** Devices that can be used. */
  int deviceCount();

  /** What device {@code device} is. */
  Facts facts(int device);

  /** The primary context of a device, shared with the libraries. */
  Handle retainContext(int device);

  /** Gives a retained primary context back. */
  void releaseContext(int device);

  /** Makes a context the calling thread's own. */
  void makeCurrent(Handle context);

  /** Free bytes of the current device, then all of them. */
  long[] memory();

  /** New device memory, aligned to 256 bytes. */
  long allocate(long bytes);

  /** Gives device memory back. */
  void free(long address);

  /** New page-locked memory of the host. */
  long allocateHost(long bytes);

  /** Gives page-locked memory back. */
  void freeHost(long address);

  /** A new stream that does not wait for the default stream. */
  Handle createStream();

  /** Destroys a stream whose work is done. */
  void destroyStream(Handle stream);

  /** Begins to copy from the host. */
  void copyToDevice(long device, long host, long bytes, Handle stream);

  /** Begins to copy to the host. */
  void copyToHost(long host, long device, long bytes, Handle stream);

  /** Waits for a stream's work. */
  void synchronize(Handle stream);

  /** From now on the stream's work is recorded, not done. */
  void beginCapture(Handle stream);

  /** Ends a recording; the graph of what was recorded. */
  Handle endCapture(Handle stream);

  /** An executable form of a graph. */
  Handle instantiate(Handle graph);

  /** Begins to do the work of an executable graph. */
  void launchGraph(Handle executable, Handle stream);

  /** Destroys a graph. */
  void destroyGraph(Handle graph);

  /** Destroys an executable graph. */
  void destroyExecutable(Handle executable);

  /** Loads compiled code into the current context. */
  Handle loadModule(byte[] image);

  /** Unloads a module. */
  void unloadModule(Handle module);

  /** A kernel function of a module. */
  Handle function(Handle module, String name);

  /**
   * Lets launches of a kernel function take {@code bytes} of shared memory for each block, which
   * may be more than the 48 KiB that need no leave.
   */
  void allowLocal(Handle function, int bytes);

  /** Parameters laid out for launches; released by {@link #releaseParameters}. */
  Handle parameters(List<Parameter> values);

  /** Releases what {@link #parameters} made. */
  void releaseParameters(Handle parameters);

  /**
   * Begins to run a kernel function.
   *
   * @param groups thread blocks, in a row
   * @param groupSize threads of a block
   * @param localBytes shared memory of a block that its source does not declare
   */
  void launch(
      Handle function, int groups, int groupSize, int localBytes, Handle parameters, Handle stream);
}
