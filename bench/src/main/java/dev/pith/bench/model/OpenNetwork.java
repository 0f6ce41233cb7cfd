package dev.pith.bench.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.pith.bench.Ort;
import dev.pith.compress.export.OnnxExporter;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.util.HashMap;
import java.util.Map;

/** A network ready to run on inputs that stay the same. Not thread-safe. */
public interface OpenNetwork extends AutoCloseable, Runnable {

  /** Computes the network once and drops the outputs. */
  @Override
  void run();

  @Override
  void close();

  /** {@code graph} in Pith, kernels chosen by measuring. */
  static OpenNetwork pith(Graph graph, Map<String, Tensor> inputs, int threads) {
    Model model = Model.of(graph);
    Session session =
        model.newSession(SessionOptions.defaults().withDevice("cpu").withThreads(threads));
    return new OpenNetwork() {
      @Override
      public void run() {
        session.run(inputs);
      }

      @Override
      public void close() {
        session.close();
        model.close();
      }
    };
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
