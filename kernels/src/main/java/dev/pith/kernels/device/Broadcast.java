package dev.pith.kernels.device;

import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Tables for {@code broadcast_at} of the prelude: rank, extents, then strides of each input. */
public final class Broadcast {

  private Broadcast() {}

  /**
   * The table for {@code inputs} broadcast to {@code output}. Axes that all inputs walk through as
   * through one are merged, so that equal shapes cost one division an element.
   */
  public static List<Integer> table(Shape output, Shape... inputs) {
    long[] dims = output.dims();
    long[][] strides = new long[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      strides[i] = inputs[i].broadcastStrides(output);
    }
    List<Integer> axes = new ArrayList<>();
    List<Long> extents = new ArrayList<>();
    for (int d = 0; d < dims.length; d++) {
      int last = axes.size() - 1;
      if (last >= 0 && merges(strides, axes.get(last), d, dims[d])) {
        extents.set(last, extents.get(last) * dims[d]);
        axes.set(last, d);
      } else {
        axes.add(d);
        extents.add(dims[d]);
      }
    }
    List<Integer> table = new ArrayList<>();
    table.add(axes.size());
    extents.forEach(extent -> table.add(Math.toIntExact(extent)));
    for (long[] stride : strides) {
      axes.forEach(axis -> table.add(Math.toIntExact(stride[axis])));
    }
    return table;
  }

  private static boolean merges(long[][] strides, int outer, int inner, long extent) {
    for (long[] stride : strides) {
      if (stride[outer] != stride[inner] * extent) {
        return false;
      }
    }
    return true;
  }
}
