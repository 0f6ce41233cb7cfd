package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.CL_DEVICE_GLOBAL_MEM_SIZE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_MAX_COMPUTE_UNITS;
import static org.lwjgl.opencl.CL10.CL_DEVICE_MAX_MEM_ALLOC_SIZE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_MEM_BASE_ADDR_ALIGN;
import static org.lwjgl.opencl.CL10.CL_DEVICE_NAME;
import static org.lwjgl.opencl.CL10.CL_DEVICE_SINGLE_FP_CONFIG;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE_ALL;
import static org.lwjgl.opencl.CL10.CL_DEVICE_TYPE_GPU;
import static org.lwjgl.opencl.CL10.CL_DEVICE_VERSION;
import static org.lwjgl.opencl.CL10.CL_DRIVER_VERSION;
import static org.lwjgl.opencl.CL10.clGetDeviceIDs;
import static org.lwjgl.opencl.CL10.clGetDeviceInfo;
import static org.lwjgl.opencl.CL10.clGetPlatformIDs;
import static org.lwjgl.opencl.CL12.CL_DEVICE_DOUBLE_FP_CONFIG;
import static org.lwjgl.opencl.CL12.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.Platform;

/**
 * The OpenCL devices of this machine, or what is missing. The loader is opened once and stays.
 *
 * @param devices all devices of all platforms
 * @param missing what to install where there is none; otherwise empty
 */
record OpenClPlatforms(List<Found> devices, String missing) {

  /** What an installable client driver loader answers when no driver is installed. */
  private static final int PLATFORM_NOT_FOUND = -1001;

  private static final int DEVICE_NOT_FOUND = -1;

  /** Name of the loader on Linux; the one without a number comes with development packages only. */
  private static final String LINUX_LOADER = "libOpenCL.so.1";

  private static String loaderProblem;
  private static boolean isOpen;

  /**
   * A device.
   *
   * @param platform the platform's handle
   * @param id the device's handle
   * @param name name of the device
   * @param version OpenCL version of the device
   * @param driver version of the driver
   * @param isGpu whether it is a GPU
   * @param units compute units
   * @param memoryBytes bytes of global memory
   * @param bufferBytes most bytes of one buffer
   * @param alignment bytes that offsets of parts of a buffer are multiples of
   * @param roundsDivision whether fp32 division can be correctly rounded
   * @param hasDoubles whether it computes in double precision
   */
  record Found(
      long platform,
      long id,
      String name,
      String version,
      String driver,
      boolean isGpu,
      int units,
      long memoryBytes,
      long bufferBytes,
      int alignment,
      boolean roundsDivision,
      boolean hasDoubles) {

    @Override
    public String toString() {
      return name
          + " ("
          + (isGpu ? "GPU" : "CPU or other")
          + ", "
          + units
          + " units, "
          + version
          + ", driver "
          + driver
          + ")";
    }
  }

  /** Looks for devices now. */
  static OpenClPlatforms find() {
    String problem = open();
    if (problem != null) {
      return new OpenClPlatforms(List.of(), problem);
    }
    List<Found> devices = new ArrayList<>();
    for (long platform : platforms()) {
      for (long id : devices(platform)) {
        devices.add(describe(platform, id));
      }
    }
    return new OpenClPlatforms(
        List.copyOf(devices),
        devices.isEmpty()
            ? "the OpenCL loader is here but no driver is; install your GPU's OpenCL driver, or"
                + " pocl-opencl-icd to use the CPU, and see that /etc/OpenCL/vendors names it"
            : "");
  }

  private static synchronized String open() {
    if (isOpen || loaderProblem != null) {
      return loaderProblem;
    }
    String library = "the OpenCL loader";
    try {
      if (!Configuration.DEBUG.get(false)) {
        // LWJGL advises on the error stream; what is missing is said once, below.
        Configuration.DEBUG_STREAM.set(new PrintStream(OutputStream.nullOutputStream()));
      }
      Configuration.MEMORY_BACKEND.set("ffm");
      Configuration.OPENCL_EXPLICIT_INIT.set(true);
      if (Platform.get() == Platform.LINUX && Configuration.OPENCL_LIBRARY_NAME.get() == null) {
        library = LINUX_LOADER;
        CL.create(LINUX_LOADER);
      } else {
        CL.create();
      }
      isOpen = true;
    } catch (LinkageError e) {
      String detail = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      loaderProblem =
          library
              + " could not be loaded ("
              + detail
              + "); "
              + (detail.contains("lwjgl")
                  ? "put the natives of org.lwjgl:lwjgl for this platform on the class path"
                  : "install ocl-icd-libopencl1 and an OpenCL driver, or pocl-opencl-icd to use"
                      + " the CPU");
    }
    return loaderProblem;
  }

  private static long[] platforms() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int code = clGetPlatformIDs(null, count);
      if (code == PLATFORM_NOT_FOUND || code == 0 && count.get(0) == 0) {
        return new long[0];
      }
      OpenCl.check(code, "clGetPlatformIDs");
      PointerBuffer ids = stack.mallocPointer(count.get(0));
      OpenCl.check(clGetPlatformIDs(ids, (IntBuffer) null), "clGetPlatformIDs");
      return longs(ids);
    }
  }

  private static long[] devices(long platform) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, null, count);
      if (code == DEVICE_NOT_FOUND) {
        return new long[0];
      }
      OpenCl.check(code, "clGetDeviceIDs");
      PointerBuffer ids = stack.mallocPointer(count.get(0));
      OpenCl.check(
          clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, ids, (IntBuffer) null), "clGetDeviceIDs");
      return longs(ids);
    }
  }

  private static long[] longs(PointerBuffer ids) {
    long[] values = new long[ids.remaining()];
    ids.get(values);
    return values;
  }

  private static Found describe(long platform, long id) {
    return new Found(
        platform,
        id,
        text(id, CL_DEVICE_NAME),
        text(id, CL_DEVICE_VERSION),
        text(id, CL_DRIVER_VERSION),
        (number(id, CL_DEVICE_TYPE, 8) & CL_DEVICE_TYPE_GPU) != 0,
        (int) number(id, CL_DEVICE_MAX_COMPUTE_UNITS, 4),
        number(id, CL_DEVICE_GLOBAL_MEM_SIZE, 8),
        number(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, 8),
        (int) number(id, CL_DEVICE_MEM_BASE_ADDR_ALIGN, 4) / 8,
        (number(id, CL_DEVICE_SINGLE_FP_CONFIG, 8) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
        number(id, CL_DEVICE_DOUBLE_FP_CONFIG, 8) != 0);
  }

  private static long number(long device, int what, int bytes) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      LongBuffer value = stack.callocLong(1);
      ByteBuffer place = MemoryUtil.memByteBuffer(value).limit(bytes);
      OpenCl.check(clGetDeviceInfo(device, what, place, null), "clGetDeviceInfo");
      return value.get(0);
    }
  }

  private static String text(long device, int what) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      OpenCl.check(clGetDeviceInfo(device, what, (ByteBuffer) null, size), "clGetDeviceInfo");
      ByteBuffer bytes = stack.malloc((int) size.get(0));
      OpenCl.check(clGetDeviceInfo(device, what, bytes, null), "clGetDeviceInfo");
      return MemoryUtil.memUTF8(bytes, bytes.capacity() - 1).strip();
    }
  }
}
