package dev.pith.compress.train;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Settings of libtorch for this process, and the lifetime of tensors that outlive a step. */
final class Torch {

  private static boolean started;

  private Torch() {}

  /** Loads libtorch with one thread, once; {@link #threads} may raise the number. */
  static synchronized void start() {
    if (!started) {
      limit(1);
      started = true;
    }
  }

  /** Sets the threads that work on one operation. */
  static void threads(int count) {
    start();
    limit(count);
  }

  /**
   * NOTE: OpenBLAS has threads of its own, which wait busily; on a shared machine they cost most.
   */
  private static void limit(int count) {
    torch.set_num_threads(count);
    openblas_nolapack.blas_set_num_threads(count);
  }

  /** Keeps a tensor beyond the scope it was made in, until {@link #release}. */
  static Tensor keep(Tensor tensor) {
    return tensor.retainReference();
  }

  /** Frees a tensor that was {@link #keep kept}. */
  static void release(Tensor tensor) {
    tensor.releaseReference();
  }
}
