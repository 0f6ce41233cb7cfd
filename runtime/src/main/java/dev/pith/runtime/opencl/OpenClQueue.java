package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.clCreateCommandQueue;
import static org.lwjgl.opencl.CL10.clEnqueueNDRangeKernel;
import static org.lwjgl.opencl.CL10.clFinish;
import static org.lwjgl.opencl.CL10.clReleaseCommandQueue;
import static org.lwjgl.opencl.CL10.nclEnqueueReadBuffer;
import static org.lwjgl.opencl.CL10.nclEnqueueWriteBuffer;

import dev.pith.runtime.launch.CommandStream;
import dev.pith.runtime.launch.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;

/** Commands in order. For one thread at a time. */
final class OpenClQueue implements CommandStream {

  private final long handle;

  OpenClQueue(OpenClDevice device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      long made = clCreateCommandQueue(device.context(), device.found().id(), 0, code);
      this.handle = OpenCl.made(made, code.get(0), "clCreateCommandQueue");
    }
  }

  @Override
  public void write(DeviceBuffer target, MemorySegment source) {
    if (source.byteSize() > 0) {
      int code =
          nclEnqueueWriteBuffer(
              handle,
              ((OpenClBuffer) target).handle(),
              0,
              0,
              source.byteSize(),
              source.address(),
              0,
              0,
              0);
      OpenCl.check(code, "clEnqueueWriteBuffer of " + source.byteSize() + " bytes");
    }
  }

  @Override
  public void read(DeviceBuffer source, MemorySegment target) {
    if (target.byteSize() > 0) {
      int code =
          nclEnqueueReadBuffer(
              handle,
              ((OpenClBuffer) source).handle(),
              0,
              0,
              target.byteSize(),
              target.address(),
              0,
              0,
              0);
      OpenCl.check(code, "clEnqueueReadBuffer of " + target.byteSize() + " bytes");
    }
  }

  /** Begins to run a kernel whose arguments are set. */
  void launch(long kernel, int groups, int groupSize, String name) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer global = stack.pointers((long) groups * groupSize);
      PointerBuffer local = stack.pointers(groupSize);
      int code = clEnqueueNDRangeKernel(handle, kernel, 1, null, global, local, null, null);
      OpenCl.check(code, "clEnqueueNDRangeKernel of " + name + ", " + groups + " groups");
    }
  }

  @Override
  public void finish() {
    OpenCl.check(clFinish(handle), "clFinish");
  }

  @Override
  public Recording record(Runnable commands) {
    return new Recording() {
      @Override
      public void play() {
        commands.run();
      }

      @Override
      public void close() {
        // nothing is kept: OpenCL 1.2 has no recordings, so that the commands are issued anew
      }
    };
  }

  @Override
  public void close() {
    OpenCl.released(clReleaseCommandQueue(handle), "clReleaseCommandQueue");
  }
}
