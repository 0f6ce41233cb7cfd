package dev.pith.bench.layer;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;

/** A layer ready to run on operands that stay the same. Not thread-safe. */
public interface OpenLayer extends Runnable, AutoCloseable {

  /** Computes the layer once. */
  @Override
  void run();

  /** The result of the last run, or of a run made to answer. */
  Tensor output();

  /** Bytes of the weight in every form held while running; −1 where the engine does not tell. */
  long weightBytes();

  /**
   * The largest difference between {@code expected} and the result: in quantization steps, or
   * relative to the largest expected value.
   */
  default double difference(Tensor expected) {
    Tensor actual = output();
    if (actual.dtype() == DType.U8 && actual.values().mismatch(expected.values()) < 0) {
      return 0;
    }
    double difference = 0;
    double largest = 1e-30;
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      double value = expected.getDouble(i);
      difference = Math.max(difference, Math.abs(value - actual.getDouble(i)));
      largest = Math.max(largest, Math.abs(value));
    }
    return actual.dtype() == DType.F32 ? difference / largest : difference;
  }

  @Override
  void close();
}
