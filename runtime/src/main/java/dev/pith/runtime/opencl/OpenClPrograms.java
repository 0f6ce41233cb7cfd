package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.CL_PROGRAM_BINARIES;
import static org.lwjgl.opencl.CL10.CL_PROGRAM_BINARY_SIZES;
import static org.lwjgl.opencl.CL10.CL_PROGRAM_BUILD_LOG;
import static org.lwjgl.opencl.CL10.clBuildProgram;
import static org.lwjgl.opencl.CL10.clCreateProgramWithBinary;
import static org.lwjgl.opencl.CL10.clCreateProgramWithSource;
import static org.lwjgl.opencl.CL10.clGetProgramBuildInfo;
import static org.lwjgl.opencl.CL10.clGetProgramInfo;
import static org.lwjgl.opencl.CL10.clReleaseProgram;

import dev.pith.runtime.device.KernelCompileException;
import dev.pith.runtime.launch.ProgramFiles;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/**
 * Built programs of one device: each source is built once for a context, and its binary is kept in
 * a folder under the hash of source, options, device and driver, beside the source. A binary that
 * the driver no longer takes is built anew.
 */
final class OpenClPrograms implements AutoCloseable {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.opencl");

  private final OpenClDevice device;
  private final ProgramFiles files;
  private final String options;
  private final Map<String, Long> built = new HashMap<>();

  OpenClPrograms(OpenClDevice device, Path cache) {
    this.device = device;
    this.options =
        "-cl-std=CL1.2"
            + (device.found().roundsDivision() ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
    OpenClPlatforms.Found found = device.found();
    this.files =
        new ProgramFiles(
            cache.resolve("opencl"),
            String.join("\0", options, found.name(), found.version(), found.driver()));
  }

  /**
   * The built program.
   *
   * @param kernel name of the kernel, for messages
   * @throws KernelCompileException if the compiler refuses it
   */
  synchronized long get(String source, String kernel) {
    Long ready = built.get(source);
    if (ready == null) {
      ready = load(source);
      if (ready == 0) {
        ready = compile(source, kernel);
      }
      built.put(source, ready);
    }
    return ready;
  }

  /** The program of a kept binary; 0 where there is none that the driver takes. */
  private long load(String source) {
    byte[] bytes = files.read(source);
    if (bytes == null) {
      return 0;
    }
    ByteBuffer binary = MemoryUtil.memAlloc(bytes.length).put(bytes).flip();
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      IntBuffer code = stack.mallocInt(1);
      PointerBuffer devices = stack.pointers(device.found().id());
      long program = clCreateProgramWithBinary(device.context(), devices, binary, status, code);
      if (code.get(0) != 0) {
        LOGGER.log(Level.DEBUG, "a kept program is not taken any more and is built anew");
        return 0;
      }
      OpenCl.made(program, 0, "clCreateProgramWithBinary");
      if (clBuildProgram(program, device.found().id(), options, null, 0) != 0) {
        OpenCl.released(clReleaseProgram(program), "clReleaseProgram");
        return 0;
      }
      return program;
    } finally {
      MemoryUtil.memFree(binary);
    }
  }

  private long compile(String source, String kernel) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      long program = clCreateProgramWithSource(device.context(), source, code);
      OpenCl.made(program, code.get(0), "clCreateProgramWithSource of " + kernel);
      int answer = clBuildProgram(program, device.found().id(), options, null, 0);
      if (answer != 0) {
        String log = log(program);
        OpenCl.released(clReleaseProgram(program), "clReleaseProgram");
        throw new KernelCompileException(kernel, device.found().name(), log, files.dump(source));
      }
      keep(program, source);
      return program;
    }
  }

  private String log(long program) {
    PointerBuffer size = MemoryUtil.memAllocPointer(1);
    ByteBuffer text = null;
    try {
      long id = device.found().id();
      OpenCl.check(
          clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, (ByteBuffer) null, size),
          "clGetProgramBuildInfo");
      text = MemoryUtil.memAlloc((int) size.get(0));
      OpenCl.check(
          clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, text, null),
          "clGetProgramBuildInfo");
      return MemoryUtil.memUTF8(text, Math.max(0, text.capacity() - 1)).strip();
    } finally {
      MemoryUtil.memFree(size);
      MemoryUtil.memFree(text);
    }
  }

  private void keep(long program, String source) {
    ByteBuffer binary = null;
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer value = stack.mallocPointer(1);
      OpenCl.check(
          clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, value, null), "clGetProgramInfo");
      binary = MemoryUtil.memAlloc((int) value.get(0));
      value.put(0, MemoryUtil.memAddress(binary));
      OpenCl.check(clGetProgramInfo(program, CL_PROGRAM_BINARIES, value, null), "clGetProgramInfo");
      byte[] bytes = new byte[binary.capacity()];
      binary.get(bytes);
      files.write(source, bytes);
    } finally {
      MemoryUtil.memFree(binary);
    }
  }

  @Override
  public synchronized void close() {
    for (long program : built.values()) {
      OpenCl.released(clReleaseProgram(program), "clReleaseProgram");
    }
    built.clear();
  }
}
