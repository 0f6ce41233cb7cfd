package dev.pith.compress.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a model file with ONNX Runtime: the peer whose answers Pith's are compared with. */
final class OnnxRuntimePeer implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntimePeer(Path model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(OptLevel.EXTENDED_OPT);
      // Without this its AVX2 code adds products of 8-bit numbers in 16 bits, which saturate.
      options.addConfigEntry("session.x64quantprecision", "1");
      session = environment.createSession(model.toString(), options);
    }
  }

  /** The outputs by name. */
  Map<String, Tensor> run(Map<String, Tensor> inputs) throws OrtException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        given.put(input.getKey(), tensor(input.getValue()));
      }
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(given)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), tensor((OnnxTensor) output.getValue()));
        }
      }
      return outputs;
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(Tensor tensor) throws OrtException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(tensor.byteSize()))
            .order(ByteOrder.nativeOrder());
    MemorySegment.ofBuffer(bytes).copyFrom(tensor.values());
    OnnxJavaType type =
        switch (tensor.dtype()) {
          case F32 -> OnnxJavaType.FLOAT;
          case F16 -> OnnxJavaType.FLOAT16;
          case I64 -> OnnxJavaType.INT64;
          default -> throw new IllegalArgumentException("no input is " + tensor);
        };
    return OnnxTensor.createTensor(environment, bytes, tensor.shape().dims(), type);
  }

  private static Tensor tensor(OnnxTensor value) {
    DType dtype =
        switch (value.getInfo().type) {
          case FLOAT -> DType.F32;
          case FLOAT16 -> DType.F16;
          default -> throw new IllegalArgumentException("no output is " + value.getInfo());
        };
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, Shape.of(value.getInfo().getShape()));
    tensor.values().copyFrom(MemorySegment.ofBuffer(value.getByteBuffer()));
    return tensor;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
