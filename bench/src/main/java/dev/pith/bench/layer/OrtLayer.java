package dev.pith.bench.layer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.pith.bench.Ort;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;

/**
 * The same layer in ONNX Runtime: one operator, all graph optimizations, input and output bound to
 * memory once so that a run is the operator and little else. Not thread-safe.
 */
public final class OrtLayer implements AutoCloseable {

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

  /** Computes the layer once. */
  public void run() {
    try {
      session
          .run(Map.of(OnnxLayer.INPUT, input), Set.of(), Map.of(OnnxLayer.OUTPUT, output))
          .close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  /** The result of the last run. */
  public Tensor output() {
    return result;
  }

  /**
   * The largest difference between {@code other} and the result of the last run: in quantization
   * steps, or relative to the largest result.
   */
  public double difference(Tensor other) {
    double difference = 0;
    double largest = 0;
    MemorySegment values = result.values();
    if (result.dtype() == DType.U8 && values.mismatch(other.values()) < 0) {
      return 0;
    }
    for (long i = 0; i < result.shape().elementCount(); i++) {
      difference = Math.max(difference, Math.abs(result.getDouble(i) - other.getDouble(i)));
      largest = Math.max(largest, Math.abs(result.getDouble(i)));
    }
    return result.dtype() == DType.F32 ? difference / Math.max(largest, 1e-30) : difference;
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
