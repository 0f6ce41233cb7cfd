package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;

/** What layouts check of tensors they are given, with messages that name component and place. */
final class LayoutChecks {

  private LayoutChecks() {}

  /** Refuses types and extents that no compressed layout holds. */
  static void type(DType dtype, Shape shape, Layout layout) {
    if (!StoredValues.holds(dtype) || shape.rank() < 2) {
      throw new IllegalArgumentException(
          layout.name()
              + " cannot hold "
              + dtype
              + shape
              + "; F32, F16, BF16, I8 or U8 of rank 2 or more is needed");
    }
    long columns = shape.elementCount(1, shape.rank());
    if (columns > Integer.MAX_VALUE || shape.dim(0) >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          layout.name()
              + " cannot hold the "
              + shape.dim(0)
              + " x "
              + columns
              + " matrix "
              + shape
              + "; rows and columns must stay below 2^31");
    }
  }

  /** Refuses a component of another size. */
  static void size(Tensor encoded, int component, long expected) {
    long actual = encoded.component(component).byteSize();
    if (actual != expected) {
      throw new IllegalArgumentException(
          "component "
              + encoded.layout().componentNames().get(component)
              + " has "
              + actual
              + " bytes; "
              + encoded
              + " needs "
              + expected);
    }
  }

  /** The complaint about one element of a component. */
  static IllegalArgumentException bad(
      Tensor encoded, int component, long position, long value, String rule) {
    return new IllegalArgumentException(
        "component "
            + encoded.layout().componentNames().get(component)
            + "["
            + position
            + "] of "
            + encoded
            + " is "
            + value
            + "; "
            + rule);
  }

  /**
   * Checks {@code count + 1} U32 offsets that begin at 0 and never fall.
   *
   * @return the last one
   */
  static long offsets(Tensor encoded, int component, long count) {
    size(encoded, component, 4 * (count + 1));
    int[] offsets = encoded.component(component).toArray(Elements.I32);
    int last = 0;
    for (int i = 0; i <= count; i++) {
      int value = offsets[i]; // negative from 2^31 on
      if (value < last || i == 0 && value != 0) {
        long unsigned = value & 0xFFFFFFFFL;
        throw bad(encoded, component, i, unsigned, "offsets begin at 0, rise and stay below 2^31");
      }
      last = value;
    }
    return last;
  }
}
