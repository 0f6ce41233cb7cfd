package dev.pith.bench.layer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.pith.bench.Ort;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Set;

/**
 * The same layer in ONNX Runtime: one operator, all graph optimizations, input and output bound to
 * memory once so that a run is the operator and little else. Not thread-safe.
 */
public final class OrtLayer implements OpenLayer {

  private final OrtSession session;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final Tensor result;

  private OrtLayer(OrtSession session, OnnxTensor input, OnnxTensor output, Tensor result) {
    this.session = session;
    this.input = input;
    this.output = output;
    this.result = result;
  }

  /** Opens the layer with {@code threads} threads. */
  public static OrtLayer open(LayerOperands operands, int threads) {
    try {
      OrtSession session = Ort.session(OnnxLayer.model(operands), threads);
      Tensor result =
          Tensor.allocate(Arena.ofAuto(), operands.outputType(), operands.outputShape());
      return new OrtLayer(session, Ort.tensor(operands.input()), Ort.tensor(result), result);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refused the layer " + operands.problem(), e);
    }
  }

  @Override
  public void run() {
    try {
      session
          .run(Map.of(OnnxLayer.INPUT, input), Set.of(), Map.of(OnnxLayer.OUTPUT, output))
          .close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  @Override
  public Tensor output() {
    return result;
  }

  @Override
  public long weightBytes() {
    return -1;
  }

  @Override
  public void close() {
    input.close();
    output.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime did not close its session", e);
    }
  }
}
