package dev.pith.compress.testing;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * ONNX Runtime, the engine that exported models are compared with. It runs on a thread of its own:
 * preparing an int8 model overflows the 1 MB stack of a Java thread, which kills the process.
 */
public final class Peer implements AutoCloseable {

  private static final long STACK_BYTES = 64L << 20;

  private final OrtSession session;
  private final ExecutorService thread = newThread();

  /** Loads a model; int8 products are exact on every processor. */
  public Peer(byte[] model) {
    session = here(() -> open(model));
  }

  private static OrtSession open(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.addConfigEntry("session.x64quantprecision", "1");
      return OrtEnvironment.getEnvironment().createSession(model, options);
    }
  }

  private static ExecutorService newThread() {
    return Executors.newSingleThreadExecutor(task -> new Thread(null, task, "peer", STACK_BYTES));
  }

  private <T> T here(Callable<T> task) {
    return on(thread, task);
  }

  private static <T> T on(ExecutorService thread, Callable<T> task) {
    try {
      return thread.submit(task).get();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("the peer failed", e);
    }
  }

  /** Operators that are left when the peer has optimized a model, with their numbers. */
  public static Map<String, Long> optimizedOperators(byte[] model, Path file)
      throws OrtException, IOException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizedModelFilePath(file.toString());
      try (ExecutorService thread = newThread();
          OrtSession session =
              on(thread, () -> OrtEnvironment.getEnvironment().createSession(model, options))) {
        session.getNumInputs();
      }
    }
    return OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
        .collect(
            Collectors.groupingBy(
                OnnxMl.NodeProto::getOpType, TreeMap::new, Collectors.counting()));
  }

  /** Runs the model on its only input, F32; returns its first output, F32. */
  public float[] run(Tensor x) {
    return here(() -> runHere(x));
  }

  private float[] runHere(Tensor x) throws OrtException {
    FloatBuffer values = x.values().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    String name = session.getInputNames().iterator().next();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, x.shape().dims());
        OrtSession.Result result = session.run(Map.of(name, tensor))) {
      OnnxValue first = result.get(0);
      FloatBuffer out = ((OnnxTensor) first).getFloatBuffer();
      float[] y = new float[out.remaining()];
      out.get(y);
      return y;
    }
  }

  @Override
  public void close() throws OrtException {
    thread.close();
    session.close();
  }
}
