package dev.pith.bench.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.pith.bench.Ort;
import dev.pith.compress.export.OnnxExporter;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.graph.Graph;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** A network ready to run on inputs that stay the same. Not thread-safe. */
public interface OpenNetwork extends AutoCloseable, Runnable {

  /** Computes the network once and drops the outputs. */
  @Override
  void run();

  /** Computes the network once; values of its first output. */
  float[] firstOutput();

  /** Bytes of weights in every form held while running; −1 where the engine does not tell. */
  long residentWeightBytes();

  /** Bytes of activations and scratch; −1 where the engine does not tell. */
  long workspaceBytes();

  /** Bytes of an accelerator's memory: weights, activations and scratch; 0 on the CPU. */
  long deviceBytes();

  @Override
  void close();

  /** {@code graph} in Pith on the CPU, kernels chosen by measuring. */
  static OpenNetwork pith(Graph graph, Map<String, Tensor> inputs, int threads) {
    return pith(graph, inputs, SessionOptions.defaults().withDevice("cpu").withThreads(threads));
  }

  /** {@code graph} in Pith. */
  static OpenNetwork pith(Graph graph, Map<String, Tensor> inputs, SessionOptions options) {
    Model model = Model.of(graph);
    return new Ours(model, model.newSession(options), inputs);
  }

  /** A session of Pith. */
  record Ours(Model model, Session session, Map<String, Tensor> inputs) implements OpenNetwork {

    @Override
    public void run() {
      session.run(inputs);
    }

    @Override
    public float[] firstOutput() {
      return session.run(inputs).get(model.graph().outputNames().get(0)).toFloats();
    }

    @Override
    public long residentWeightBytes() {
      return session.receipt().residentWeightBytes();
    }

    @Override
    public long workspaceBytes() {
      return session.receipt().workspaceBytes();
    }

    @Override
    public long deviceBytes() {
      Device device = session.device();
      return device.target().kind() == Target.Kind.CPU
          ? 0
          : device.repackedBytes() + session.receipt().workspaceBytes();
    }

    @Override
    public void close() {
      session.close();
      model.close();
    }
  }

  /** {@code graph}, exported, in ONNX Runtime with all optimizations. */
  static OpenNetwork ort(Graph graph, Map<String, Tensor> inputs, int threads) {
    return ort(OnnxExporter.toBytes(graph), inputs, threads);
  }

  /** An ONNX model in ONNX Runtime with all optimizations. */
  static OpenNetwork ort(byte[] model, Map<String, Tensor> inputs, int threads) {
    try {
      OrtSession session = Ort.session(model, threads);
      Map<String, OnnxTensor> values = new HashMap<>();
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        values.put(input.getKey(), Ort.tensor(input.getValue()));
      }
      return new Peer(session, values);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refused the model: " + e.getMessage(), e);
    }
  }

  /** A session of the peer. */
  record Peer(OrtSession session, Map<String, OnnxTensor> inputs) implements OpenNetwork {

    @Override
    public void run() {
      try {
        session.run(inputs).close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
    }

    @Override
    public float[] firstOutput() {
      try (OrtSession.Result result = session.run(inputs)) {
        if (!(result.get(0) instanceof OnnxTensor tensor) || tensor.getFloatBuffer() == null) {
          throw new IllegalStateException("the network's first output is no fp32 tensor");
        }
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
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
    public long deviceBytes() {
      return 0;
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime did not close: " + e.getMessage(), e);
      }
    }
  }
}
