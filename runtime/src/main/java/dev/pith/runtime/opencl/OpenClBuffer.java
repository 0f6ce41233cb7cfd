package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.CL_MEM_READ_WRITE;
import static org.lwjgl.opencl.CL10.clReleaseMemObject;
import static org.lwjgl.opencl.CL10.nclCreateBuffer;
import static org.lwjgl.opencl.CL11.CL_BUFFER_CREATE_TYPE_REGION;
import static org.lwjgl.opencl.CL11.nclCreateSubBuffer;

import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.launch.DeviceBuffer;
import java.nio.IntBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** Device memory, or a part of a larger buffer. Whoever makes it closes it. */
final class OpenClBuffer implements DeviceBuffer {

  private final OpenClDevice device;
  private final long handle;
  private final long bytes;
  private final boolean isPart;

  private OpenClBuffer(OpenClDevice device, long handle, long bytes, boolean isPart) {
    this.device = device;
    this.handle = handle;
    this.bytes = bytes;
    this.isPart = isPart;
  }

  /**
   * New memory, contents undefined.
   *
   * @param purpose what it is for, as error messages say it
   * @throws OutOfDeviceMemoryException if the device has not enough
   */
  static OpenClBuffer allocate(OpenClDevice device, long bytes, String purpose) {
    if (bytes > device.found().bufferBytes() || bytes > device.room()) {
      throw device.outOfMemory(bytes, purpose, 0);
    }
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      long size = Math.max(bytes, 1) + 15 & -16; // kernels read 16 bytes at once
      long made =
          nclCreateBuffer(
              device.context(), CL_MEM_READ_WRITE, size, 0, MemoryUtil.memAddress(code));
      if (OpenCl.isOutOfMemory(code.get(0))) {
        throw device.outOfMemory(bytes, purpose, code.get(0));
      }
      OpenCl.made(made, code.get(0), "clCreateBuffer of " + size + " bytes for " + purpose);
      device.hold(size);
      return new OpenClBuffer(device, made, size, false);
    }
  }

  @Override
  public OpenClBuffer part(long offset, long length) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      PointerBuffer region = stack.pointers(offset, length);
      long made =
          nclCreateSubBuffer(
              handle,
              CL_MEM_READ_WRITE,
              CL_BUFFER_CREATE_TYPE_REGION,
              MemoryUtil.memAddress(region),
              MemoryUtil.memAddress(code));
      OpenCl.made(made, code.get(0), "clCreateSubBuffer of " + length + " bytes at " + offset);
      return new OpenClBuffer(device, made, length, true);
    }
  }

  long handle() {
    return handle;
  }

  @Override
  public long byteSize() {
    return bytes;
  }

  @Override
  public void close() {
    OpenCl.released(clReleaseMemObject(handle), "clReleaseMemObject");
    if (!isPart) {
      device.hold(-bytes);
    }
  }
}
