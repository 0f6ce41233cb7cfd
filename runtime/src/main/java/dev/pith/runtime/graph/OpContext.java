package dev.pith.runtime.graph;

import dev.pith.kernels.tensor.Tensor;

/**
 * What an {@link Op} knows of its inputs: concrete types always, values where they are constant.
 */
public interface OpContext {

  /** Number of input places, absent ones included. */
  int inputCount();

  /** Whether input {@code index} is present. */
  boolean has(int index);

  /** Type of input {@code index}, which must be present. */
  TensorType input(int index);

  /**
   * The value of input {@code index}, or {@code null} where it is absent or not known before the
   * run. Never {@code null} for a present input that the operation lists in {@link Op#valueInputs}.
   * May be in a compressed layout.
   */
  Tensor value(int index);

  /**
   * The value of input {@code index}.
   *
   * @throws IllegalArgumentException if it is absent or not known before the run
   */
  default Tensor known(int index) {
    Tensor value = value(index);
    if (value == null) {
      throw new IllegalArgumentException(
          "input " + index + (has(index) ? " is not known before the run" : " is missing"));
    }
    return value;
  }

  /**
   * Elements of input {@code index} as longs.
   *
   * @throws IllegalArgumentException if it is absent or not known before the run
   */
  default long[] longs(int index) {
    return known(index).toLongs();
  }

  /** Number of outputs the node names (operations such as Split need it). */
  int outputCount();
}
