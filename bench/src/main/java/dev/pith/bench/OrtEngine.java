package dev.pith.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.pith.compress.measure.Engine;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ONNX Runtime, the peer, at its best settings for one run at a time: all graph optimizations, the
 * threads asked for within an operator, none between operators.
 */
public final class OrtEngine implements Engine {

  private static final long STACK_BYTES = 256L << 20;

  @Override
  public String name() {
    return "ort";
  }

  @Override
  public boolean reads(Path file) {
    return file.toString().endsWith(".onnx");
  }

  @Override
  public Opened open(Path file, String device, int threads) throws IOException {
    if (device != null && !device.equals("cpu") && !device.equals("auto")) {
      throw new IllegalArgumentException("engine ort runs on the CPU here; device is " + device);
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = options(count)) {
      return new Run(environment, environment.createSession(file.toString(), options), count);
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "ONNX Runtime cannot open " + file + ": " + firstLine(e), e);
    }
  }

  /**
   * The process's one environment; it reports errors only.
   *
   * <p>It is made on a thread with a deep stack: version 1.29 matches the process's command line
   * with a recursive regular expression, and a class path of some 4 KB overflows a stack of 1 MB,
   * which ends the process without a word.
   */
  public static OrtEnvironment environment() {
    FutureTask<OrtEnvironment> task =
        new FutureTask<>(
            () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "pith"));
    Thread.ofPlatform().name("ort-start").stackSize(STACK_BYTES).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime started", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("ONNX Runtime cannot start: " + e.getCause(), e);
    }
  }

  /** The best settings for one run at a time with {@code threads} threads; the caller closes it. */
  public static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  /** {@code value} for the peer, over the same memory. */
  public static OnnxTensor tensor(OrtEnvironment environment, Tensor value) throws OrtException {
    return OnnxTensor.createTensor(
        environment,
        value.values().asByteBuffer().order(ByteOrder.nativeOrder()),
        value.shape().dims(),
        type(value.dtype()));
  }

  private static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static final class Run implements Opened {

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final int threads;
    private Map<String, Tensor> bound = Map.of();
    private Map<String, OnnxTensor> values = Map.of();

    Run(OrtEnvironment environment, OrtSession session, int threads) {
      this.environment = environment;
      this.session = session;
      this.threads = threads;
    }

    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public int threads() {
      return threads;
    }

    @Override
    public List<ValueInfo> inputs() {
      try {
        List<ValueInfo> inputs = new ArrayList<>();
        for (NodeInfo node : session.getInputInfo().values()) {
          if (!(node.getInfo() instanceof TensorInfo info)) {
            throw new IllegalArgumentException("input " + node.getName() + " is not a tensor");
          }
          List<Dim> dims = new ArrayList<>();
          for (long dim : info.getShape()) {
            dims.add(dim < 0 ? Dim.symbol("") : Dim.of(dim));
          }
          inputs.add(new ValueInfo(node.getName(), dtype(info.type), dims));
        }
        return inputs;
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + firstLine(e), e);
      }
    }

    /** Runs once; inputs stay bound while the same map is given, so that only the run is timed. */
    @Override
    public synchronized void run(Map<String, Tensor> inputs) {
      try {
        if (inputs != bound) {
          release();
          values = new HashMap<>();
          for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
            values.put(input.getKey(), tensor(environment, input.getValue()));
          }
          bound = inputs;
        }
        session.run(values).close();
      } catch (OrtException e) {
        throw new IllegalArgumentException("ONNX Runtime: " + firstLine(e), e);
      }
    }

    private void release() {
      values.values().forEach(OnnxTensor::close);
      values = Map.of();
    }

    @Override
    public long residentWeightBytes() {
      return -1;
    }

    @Override
    public long workspaceBytes() {
      return -1;
    }

    @Override
    public synchronized void close() {
      release();
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + firstLine(e), e);
      }
    }
  }

  private static OnnxJavaType type(DType dtype) {
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

  private static DType dtype(OnnxJavaType type) {
    for (DType dtype : DType.values()) {
      boolean known =
          switch (dtype) {
            case U16, U32, U64, I4, U4 -> false;
            default -> type(dtype) == type;
          };
      if (known) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("inputs of type " + type + " are not supported");
  }
}
