package dev.pith.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ONNX Runtime's objects at its best settings for one run at a time: all graph optimizations, the
 * threads asked for within an operator, none between operators. Thread-safe.
 *
 * <p>Environment and sessions are made on threads with deep stacks: version 1.29 matches the
 * process's command line (and prepares int8 models) recursively, which overflows the 1 MB of a Java
 * thread and ends the process without a word.
 */
public final class Ort {

  private static final long STACK_BYTES = 256L << 20;

  private Ort() {}

  /** The process's one environment; it reports errors only. */
  public static OrtEnvironment environment() throws OrtException {
    return deep(
        () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "pith"));
  }

  /** A session for the model in {@code file}. */
  public static OrtSession session(Path file, int threads) throws OrtException {
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = options(threads)) {
      return deep(() -> environment.createSession(file.toString(), options));
    }
  }

  /** A session for a model in memory. */
  public static OrtSession session(byte[] model, int threads) throws OrtException {
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = options(threads)) {
      return deep(() -> environment.createSession(model, options));
    }
  }

  private static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  private static <T> T deep(Callable<T> work) throws OrtException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name("ort-open").stackSize(STACK_BYTES).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime opened a model", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OrtException refused) {
        throw refused;
      }
      throw new IllegalStateException("ONNX Runtime cannot start: " + e.getCause(), e);
    }
  }

  /** {@code value} for the peer, over the same memory. */
  public static OnnxTensor tensor(Tensor value) throws OrtException {
    return OnnxTensor.createTensor(
        environment(),
        value.values().asByteBuffer().order(ByteOrder.nativeOrder()),
        value.shape().dims(),
        type(value.dtype()));
  }

  /**
   * The peer's name of an element type.
   *
   * @throws IllegalArgumentException if it takes no inputs of that type
   */
  static OnnxJavaType type(DType dtype) {
    return switch (dtype) {
      case F32 -> OnnxJavaType.FLOAT;
      case F64 -> OnnxJavaType.DOUBLE;
      case F16 -> OnnxJavaType.FLOAT16;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case I8 -> OnnxJavaType.INT8;
      case U8 -> OnnxJavaType.UINT8;
      case I16 -> OnnxJavaType.INT16;
      case I32 -> OnnxJavaType.INT32;
      case I64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      case U16, U32, U64, I4, U4 ->
          throw new IllegalArgumentException("ONNX Runtime for Java takes no inputs of " + dtype);
    };
  }
}
