package dev.pith.compress.train;

import dev.pith.runtime.graph.TensorType;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Constants of a graph that are computed from parameters at each run; gradients flow through. */
interface Derivation {

  /** No constants. */
  Derivation NONE =
      new Derivation() {
        @Override
        public Map<String, TensorType> types() {
          return Map.of();
        }

        @Override
        public Map<String, Tensor> derive(Map<String, Tensor> parameters) {
          return Map.of();
        }
      };

  /** Names and types of the constants. */
  Map<String, TensorType> types();

  /**
   * The logarithm of the scale that value {@code name} is quantized with, where it is learned: a
   * scalar with a gradient; {@code null} where it is not.
   */
  default Tensor logScale(String name) {
    return null;
  }

  /** The constants for parameters as they are now, by name. */
  Map<String, Tensor> derive(Map<String, Tensor> parameters);
}
