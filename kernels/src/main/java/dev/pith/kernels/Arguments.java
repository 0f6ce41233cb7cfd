package dev.pith.kernels;

import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * The operands of one run of a program, bound once and reused.
 *
 * <p>An optional input that is absent is {@code null}. Inputs never alias outputs unless a kernel
 * states that it allows it.
 */
@SuppressWarnings("ArrayRecordComponent") // bound once, read in hot paths, never compared
public record Arguments(Tensor[] inputs, Tensor[] outputs) {

  /** Input {@code index}, or {@code null} where an optional input is absent. */
  public Tensor input(int index) {
    return index < inputs.length ? inputs[index] : null;
  }

  /** Dense values of input {@code index}. */
  public MemorySegment inputValues(int index) {
    return inputs[index].values();
  }

  /** Output {@code index}. */
  public Tensor output(int index) {
    return outputs[index];
  }

  /** Dense values of output {@code index}. */
  public MemorySegment outputValues(int index) {
    return outputs[index].values();
  }
}
