package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.clCreateKernel;
import static org.lwjgl.opencl.CL10.clReleaseKernel;
import static org.lwjgl.opencl.CL10.clSetKernelArg1f;
import static org.lwjgl.opencl.CL10.clSetKernelArg1i;
import static org.lwjgl.opencl.CL10.clSetKernelArg1p;

import dev.pith.runtime.launch.Accelerator.Value;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.CommandStream;
import java.nio.IntBuffer;
import java.util.List;
import org.lwjgl.system.MemoryStack;

/** A kernel object with its arguments set. */
final class OpenClLaunch implements Call {

  private final long kernel;
  private final String entryPoint;
  private final int groups;
  private final int groupSize;

  OpenClLaunch(OpenClCode code, String entryPoint, int groups, int groupSize, List<Value> values) {
    this.entryPoint = entryPoint;
    this.groups = groups;
    this.groupSize = groupSize;
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer answer = stack.mallocInt(1);
      long made = clCreateKernel(code.program(), entryPoint, answer);
      this.kernel = OpenCl.made(made, answer.get(0), "clCreateKernel of " + entryPoint);
    }
    try {
      for (int i = 0; i < values.size(); i++) {
        OpenCl.check(set(i, values.get(i)), "clSetKernelArg " + i + " of " + entryPoint);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private int set(int place, Value value) {
    return switch (value) {
      case Value.Int32 number -> clSetKernelArg1i(kernel, place, number.value());
      case Value.Float32 number -> clSetKernelArg1f(kernel, place, number.value());
      case Value.Pointer pointer ->
          clSetKernelArg1p(
              kernel,
              place,
              pointer.buffer() == null ? 0 : ((OpenClBuffer) pointer.buffer()).handle());
    };
  }

  @Override
  public void enqueue(CommandStream stream) {
    ((OpenClQueue) stream).launch(kernel, groups, groupSize, entryPoint);
  }

  @Override
  public void close() {
    OpenCl.released(clReleaseKernel(kernel), "clReleaseKernel");
  }
}
