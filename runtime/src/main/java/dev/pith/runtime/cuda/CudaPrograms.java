package dev.pith.runtime.cuda;

import dev.pith.runtime.cuda.CudaDriver.Handle;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.KernelCompileException;
import dev.pith.runtime.launch.Accelerator;
import dev.pith.runtime.launch.ProgramFiles;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiled sources of one device: each is compiled to machine code once and kept on disk, under a
 * key of source, options, architecture and compiler version.
 */
final class CudaPrograms implements AutoCloseable {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.cuda");

  private final CudaDevice device;
  private final CudaCompiler compiler;
  private final List<String> options;
  private final ProgramFiles files;
  private final Map<String, Code> loaded = new HashMap<>();

  /** A loaded module and those of its functions that were asked for. */
  static final class Code implements Accelerator.Code {
    private final CudaDriver driver;
    private final Handle module;
    private final Map<String, Handle> functions = new HashMap<>();

    private Code(CudaDriver driver, Handle module) {
      this.driver = driver;
      this.module = module;
    }

    synchronized Handle function(String name) {
      return functions.computeIfAbsent(name, n -> driver.function(module, n));
    }
  }

  CudaPrograms(CudaDevice device, CudaCompiler compiler, String architecture, Path cache) {
    this.device = device;
    this.compiler = compiler;
    // No contraction: what must round once is written with intrinsics, and nothing else may change.
    this.options = List.of("--gpu-architecture=" + architecture, "--std=c++17", "--fmad=false");
    this.files =
        new ProgramFiles(
            cache.resolve("cuda"), String.join("\0", options) + '\0' + compiler.versionText());
  }

  /**
   * The compiled source.
   *
   * @param kernel name of the kernel, for messages
   * @throws KernelCompileException if the compiler refuses it
   */
  synchronized Code get(String source, String kernel) {
    Code ready = loaded.get(source);
    if (ready == null) {
      device.enter();
      ready = kept(source);
      if (ready == null) {
        byte[] image = compile(source, kernel);
        ready = new Code(device.driver(), device.driver().loadModule(image));
        files.write(source, image);
      }
      loaded.put(source, ready);
    }
    return ready;
  }

  private Code kept(String source) {
    byte[] image = files.read(source);
    if (image == null) {
      return null;
    }
    try {
      return new Code(device.driver(), device.driver().loadModule(image));
    } catch (DeviceException e) {
      LOGGER.log(Level.DEBUG, "a kept program is not taken any more and is compiled anew", e);
      return null;
    }
  }

  private byte[] compile(String source, String kernel) {
    CudaCompiler.Result result = compiler.compile(source, kernel + ".cu", options);
    if (result.image() == null) {
      throw new KernelCompileException(kernel, device.name(), result.log(), files.dump(source));
    }
    return result.image();
  }

  @Override
  public synchronized void close() {
    for (Code code : loaded.values()) {
      device.release(() -> device.driver().unloadModule(code.module));
    }
    loaded.clear();
  }
}
