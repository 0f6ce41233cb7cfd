package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.tensor.Elements;

/**
 * What follows an integer sum whose result is F32: scale, bias, residual, activation, each step
 * rounded to fp32.
 *
 * @param epilogue which steps there are
 */
record FloatEpilogue(Epilogue epilogue) {

  /** Stores output element {@code at} of channel {@code channel} for the sum {@code acc}. */
  void store(Arguments a, long at, long channel, int acc, float inputScale) {
    float v = (float) acc * (inputScale * a.inputValues(2).get(Elements.F32, channel * 4));
    if (epilogue.bias()) {
      v += a.inputValues(3).get(Elements.F32, channel * 4);
    }
    if (epilogue.residual()) {
      v += a.inputValues(4).get(Elements.F32, at * 4);
    }
    a.outputValues(0).set(Elements.F32, at * 4, epilogue.activation().apply(v));
  }
}
