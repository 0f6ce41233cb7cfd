package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;

/** Checks of input types that 8-bit operations share. */
final class QuantizedTypes {

  private QuantizedTypes() {}

  /** Type of input {@code index}, which must be U8. */
  static TensorType u8(OpContext context, int index) {
    return oneOf(context, index, DType.U8);
  }

  /** Type of input {@code index}, which must be U8 or I8. */
  static TensorType byteType(OpContext context, int index) {
    return oneOf(context, index, DType.U8, DType.I8);
  }

  /**
   * Type of input {@code index}.
   *
   * @throws IllegalArgumentException if its element type is none of {@code allowed}
   */
  static TensorType oneOf(OpContext context, int index, DType... allowed) {
    TensorType type = context.input(index);
    if (!Arrays.asList(allowed).contains(type.dtype())) {
      throw new IllegalArgumentException(
          "input " + index + " is " + type + "; allowed are " + Arrays.toString(allowed));
    }
    return type;
  }

  /**
   * Checks that input {@code index} has {@code count} elements.
   *
   * @throws IllegalArgumentException if it has not
   */
  static void count(OpContext context, int index, long count) {
    TensorType type = context.input(index);
    if (type.shape().elementCount() != count) {
      throw new IllegalArgumentException(
          "input " + index + " is " + type + "; " + count + " elements are needed");
    }
  }

  /**
   * Checks scale (input 2, F32) and bias (input 3, I32, optional) of a layer with {@code channels}
   * outputs.
   *
   * @throws IllegalArgumentException if one does not fit
   */
  static void layerConstants(OpContext context, long channels) {
    oneOf(context, 2, DType.F32);
    count(context, 2, channels);
    if (context.has(3)) {
      oneOf(context, 3, DType.I32);
      count(context, 3, channels);
    }
  }

  /** Whether input {@code index} has an element for each of {@code channels}, not just one. */
  static boolean perChannel(OpContext context, int index, long channels) {
    long count = context.input(index).shape().elementCount();
    if (count != 1 && count != channels) {
      throw new IllegalArgumentException(
          "input "
              + index
              + " is "
              + context.input(index)
              + "; 1 or "
              + channels
              + " elements are needed");
    }
    return count != 1;
  }
}
