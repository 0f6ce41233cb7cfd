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
import java.util.stream.Collectors;

/** ONNX Runtime, the engine that exported models are compared with. */
public final class Peer implements AutoCloseable {

  private final OrtSession session;

  /** Loads a model; int8 products are exact on every processor. */
  public Peer(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.addConfigEntry("session.x64quantprecision", "1");
      session = OrtEnvironment.getEnvironment().createSession(model, options);
    }
  }

  /** Operators that are left when the peer has optimized a model, with their numbers. */
  public static Map<String, Long> optimizedOperators(byte[] model, Path file)
      throws OrtException, IOException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizedModelFilePath(file.toString());
      OrtEnvironment.getEnvironment().createSession(model, options).close();
    }
    return OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
        .collect(
            Collectors.groupingBy(
                OnnxMl.NodeProto::getOpType, TreeMap::new, Collectors.counting()));
  }

  /** Runs the model on its only input, F32; returns its first output, F32. */
  public float[] run(Tensor x) throws OrtException {
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
    session.close();
  }
}
