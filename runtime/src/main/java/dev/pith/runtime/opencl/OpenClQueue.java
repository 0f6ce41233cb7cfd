package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.clCreateCommandQueue;
import static org.lwjgl.opencl.CL10.clEnqueueNDRangeKernel;
import static org.lwjgl.opencl.CL10.clFinish;
import static org.lwjgl.opencl.CL10.clReleaseCommandQueue;
import static org.lwjgl.opencl.CL10.nclEnqueueReadBuffer;
import static org.lwjgl.opencl.CL10.nclEnqueueWriteBuffer;

import dev.pith.kernels.Program;
import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;

/** Commands in order. For one thread at a time. */
final class OpenClQueue implements AutoCloseable {

  private final long handle;

  OpenClQueue(OpenClDevice device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      long made = clCreateCommandQueue(device.context(), device.found().id(), 0, code);
      this.handle = OpenCl.made(made, code.get(0), "clCreateCommandQueue");
    }
  }

  /**
   * Begins to copy native memory to a buffer; {@code source} stays as it is until {@link #finish}.
   */
  void write(OpenClBuffer target, MemorySegment source) {
    if (source.byteSize() > 0) {
      int code =
          nclEnqueueWriteBuffer(
              handle, target.handle(), 0, 0, source.byteSize(), source.address(), 0, 0, 0);
      OpenCl.check(code, "clEnqueueWriteBuffer of " + source.byteSize() + " bytes");
    }
  }

  /** Begins to copy a buffer to native memory. */
  void read(OpenClBuffer source, MemorySegment target) {
    if (target.byteSize() > 0) {
      int code =
          nclEnqueueReadBuffer(
              handle, source.handle(), 0, 0, target.byteSize(), target.address(), 0, 0, 0);
      OpenCl.check(code, "clEnqueueReadBuffer of " + target.byteSize() + " bytes");
    }
  }

  /** Begins to run a kernel whose arguments are set. */
  void launch(long kernel, int groups, String name) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer global = stack.pointers((long) groups * Program.GROUP_SIZE);
      PointerBuffer local = stack.pointers(Program.GROUP_SIZE);
      int code = clEnqueueNDRangeKernel(handle, kernel, 1, null, global, local, null, null);
      OpenCl.check(code, "clEnqueueNDRangeKernel of " + name + ", " + groups + " groups");
    }
  }

  /** Waits until all commands are done. */
  void finish() {
    OpenCl.check(clFinish(handle), "clFinish");
  }

  @Override
  public void close() {
    OpenCl.released(clReleaseCommandQueue(handle), "clReleaseCommandQueue");
  }
}
