package dev.pith.runtime.cuda;

import dev.pith.runtime.device.DeviceException;
import java.util.List;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** {@link CudaCompiler} by JCuda. */
final class JCompiler implements CudaCompiler {

  private static void check(int code, String call) {
    if (code != nvrtcResult.NVRTC_SUCCESS) {
      throw new DeviceException("NVRTC", code, nvrtcResult.stringFor(code), call);
    }
  }

  @Override
  public String versionText() {
    int[] major = new int[1];
    int[] minor = new int[1];
    check(JNvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
    return major[0] + "." + minor[0];
  }

  @Override
  public Result compile(String source, String name, List<String> options) {
    nvrtcProgram program = new nvrtcProgram();
    check(
        JNvrtc.nvrtcCreateProgram(program, source, name, 0, null, null),
        "nvrtcCreateProgram of " + name);
    try {
      int code =
          JNvrtc.nvrtcCompileProgram(program, options.size(), options.toArray(new String[0]));
      String[] log = new String[1];
      check(JNvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog of " + name);
      String text = log[0] == null ? "" : log[0].strip();
      if (code == nvrtcResult.NVRTC_ERROR_COMPILATION) {
        return new Result(null, text);
      }
      check(code, "nvrtcCompileProgram of " + name + " with " + options);
      long[] size = new long[1];
      check(JNvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize of " + name);
      byte[] image = new byte[Math.toIntExact(size[0])];
      check(JNvrtc.nvrtcGetCUBIN(program, image), "nvrtcGetCUBIN of " + name);
      return new Result(image, text);
    } finally {
      check(JNvrtc.nvrtcDestroyProgram(program), "nvrtcDestroyProgram of " + name);
    }
  }
}
