package dev.pith.runtime.cuda;

import dev.pith.runtime.device.BackendUnavailableException;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcusparse.JCusparse;
import jcuda.nvrtc.JNvrtc;
import jcuda.runtime.JCuda;

/** {@link CudaApi} by JCuda; loaded only where the libraries it needs were found. */
final class JCudaApi {

  private static final List<String> NATIVES =
      List.of("JCudaDriver", "JCudaRuntime", "JNvrtc", "JCublas2", "JCusparse");

  private JCudaApi() {}

  /**
   * Loads JCuda.
   *
   * @param cache folder for its natives
   * @param temporary runs an action while the folder for temporary files is another one
   * @throws BackendUnavailableException if JCuda or the driver cannot be used
   */
  static CudaApi open(CudaLibraries libraries, Path cache, TemporaryFolder temporary) {
    Path folder = JNatives.unpack(cache, NATIVES);
    boolean blas = libraries.has(CudaLibraries.Library.CUBLAS);
    boolean sparse = libraries.has(CudaLibraries.Library.CUSPARSE);
    try {
      temporary.during(
          folder,
          () -> {
            // Each class loads its natives when it is initialised; errors are codes, checked here.
            JCudaDriver.setExceptionsEnabled(false);
            JCuda.setExceptionsEnabled(false);
            JNvrtc.setExceptionsEnabled(false);
            if (blas) {
              JCublas2.setExceptionsEnabled(false);
            }
            if (sparse) {
              JCusparse.setExceptionsEnabled(false);
            }
          });
      return new CudaApi(
          new JDriver(), new JCompiler(), blas ? new JBlas() : null, sparse ? new JSparse() : null);
    } catch (LinkageError e) {
      throw new BackendUnavailableException(
          "JCuda cannot be loaded: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  /** Changes where temporary files go for a while. */
  @FunctionalInterface
  interface TemporaryFolder {
    /** Runs {@code action} while {@code folder} is the folder for temporary files. */
    void during(Path folder, Runnable action);
  }
}
