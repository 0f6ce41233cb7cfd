package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;

/**
 * The epilogue of reference kernels, in double precision up to the argument of the activation.
 *
 * @param type element type of bias (input 2), residual (input 3) and output
 * @param epilogue which steps there are
 */
public record ScalarEpilogue(DType type, Epilogue epilogue) {

  /** Stores output element {@code at} of channel {@code channel} for the sum {@code sum}. */
  public void store(Arguments a, long at, long channel, double sum) {
    double value = sum;
    if (epilogue.bias()) {
      value += Elements.getDouble(type, a.inputValues(2), channel);
    }
    if (epilogue.residual()) {
      value += Elements.getDouble(type, a.inputValues(3), at);
    }
    Elements.setDouble(type, a.outputValues(0), at, epilogue.activation().apply(value));
  }
}
