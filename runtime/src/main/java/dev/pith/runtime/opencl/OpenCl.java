package dev.pith.runtime.opencl;

import dev.pith.runtime.device.DeviceException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Checks what calls return, and counts the objects that live in the driver. */
final class OpenCl {

  /** Objects made and not yet released, over all devices. */
  private static final AtomicLong LIVE = new AtomicLong();

  private static final Map<Integer, String> SYMBOLS =
      Map.ofEntries(
          Map.entry(-1, "CL_DEVICE_NOT_FOUND"),
          Map.entry(-2, "CL_DEVICE_NOT_AVAILABLE"),
          Map.entry(-3, "CL_COMPILER_NOT_AVAILABLE"),
          Map.entry(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"),
          Map.entry(-5, "CL_OUT_OF_RESOURCES"),
          Map.entry(-6, "CL_OUT_OF_HOST_MEMORY"),
          Map.entry(-9, "CL_IMAGE_FORMAT_NOT_SUPPORTED"),
          Map.entry(-11, "CL_BUILD_PROGRAM_FAILURE"),
          Map.entry(-13, "CL_MISALIGNED_SUB_BUFFER_OFFSET"),
          Map.entry(-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"),
          Map.entry(-30, "CL_INVALID_VALUE"),
          Map.entry(-33, "CL_INVALID_DEVICE"),
          Map.entry(-34, "CL_INVALID_CONTEXT"),
          Map.entry(-36, "CL_INVALID_COMMAND_QUEUE"),
          Map.entry(-38, "CL_INVALID_MEM_OBJECT"),
          Map.entry(-42, "CL_INVALID_BINARY"),
          Map.entry(-43, "CL_INVALID_BUILD_OPTIONS"),
          Map.entry(-44, "CL_INVALID_PROGRAM"),
          Map.entry(-45, "CL_INVALID_PROGRAM_EXECUTABLE"),
          Map.entry(-46, "CL_INVALID_KERNEL_NAME"),
          Map.entry(-48, "CL_INVALID_KERNEL"),
          Map.entry(-49, "CL_INVALID_ARG_INDEX"),
          Map.entry(-50, "CL_INVALID_ARG_VALUE"),
          Map.entry(-51, "CL_INVALID_ARG_SIZE"),
          Map.entry(-52, "CL_INVALID_KERNEL_ARGS"),
          Map.entry(-54, "CL_INVALID_WORK_GROUP_SIZE"),
          Map.entry(-61, "CL_INVALID_BUFFER_SIZE"),
          Map.entry(-1001, "CL_PLATFORM_NOT_FOUND_KHR"));

  private OpenCl() {}

  /**
   * Throws unless {@code code} is success.
   *
   * @param call what was called, on what
   */
  static void check(int code, String call) {
    if (code != 0) {
      throw new DeviceException("OpenCL", code, symbol(code), call);
    }
  }

  /** A handle that {@code call} made, counted; throws unless {@code code} is success. */
  static long made(long handle, int code, String call) {
    check(code, call);
    LIVE.incrementAndGet();
    return handle;
  }

  /** Throws unless the release of a counted object succeeded. */
  static void released(int code, String call) {
    check(code, call);
    LIVE.decrementAndGet();
  }

  /** Objects made and not yet released. */
  static long live() {
    return LIVE.get();
  }

  static boolean isOutOfMemory(int code) {
    return code == -4 || code == -5 || code == -6 || code == -61;
  }

  private static String symbol(int code) {
    return SYMBOLS.getOrDefault(code, "an unnamed error");
  }
}
