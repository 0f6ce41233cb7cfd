package dev.pith.runtime.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;

/** Addresses as JCuda takes and gives them. */
final class JPointers {

  private JPointers() {}

  /** An object of JCuda as a handle. */
  record Held(NativePointerObject object) implements CudaDriver.Handle {}

  /** The object behind a handle. */
  static <T extends NativePointerObject> T object(CudaDriver.Handle handle, Class<T> type) {
    return type.cast(((Held) handle).object());
  }

  /** A pointer whose address can be read and given. */
  static final class HostPointer extends Pointer {
    HostPointer(long address) {
      super(address);
    }

    long address() {
      return getNativePointer();
    }
  }

  /** A device pointer whose address can be read. */
  static final class DevicePointer extends CUdeviceptr {
    long address() {
      return getNativePointer();
    }
  }

  /** Host or device memory at an address, for calls that take any pointer. */
  static Pointer at(long address) {
    return new HostPointer(address);
  }

  /** Native memory. */
  static Pointer at(MemorySegment memory) {
    return new HostPointer(memory.address());
  }

  /** Device memory at an address. */
  static CUdeviceptr device(long address) {
    return new CUdeviceptr().withByteOffset(address);
  }
}
