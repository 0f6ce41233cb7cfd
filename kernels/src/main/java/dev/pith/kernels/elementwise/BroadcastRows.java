package dev.pith.kernels.elementwise;

import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Inputs broadcast to an output, with neighbouring axes merged where every input walks through both
 * as through one: what is left is a few outer axes and long rows, along which each input either
 * moves by one element or stands still.
 */
final class BroadcastRows {

  private final long[] dims;
  private final long[][] strides;
  private final long length;

  private BroadcastRows(long[] dims, long[][] strides) {
    this.dims = dims;
    this.strides = strides;
    this.length = dims[dims.length - 1];
  }

  static BroadcastRows of(Shape output, Shape... inputs) {
    List<long[]> axes = new ArrayList<>();
    long[][] full = new long[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      full[i] = inputs[i].broadcastStrides(output);
    }
    for (int d = 0; d < output.rank(); d++) {
      if (output.dim(d) == 1) {
        continue;
      }
      long[] axis = new long[inputs.length + 1];
      axis[inputs.length] = output.dim(d);
      for (int i = 0; i < inputs.length; i++) {
        axis[i] = full[i][d];
      }
      if (axes.isEmpty() || !merge(axes.get(axes.size() - 1), axis)) {
        axes.add(axis);
      }
    }
    if (axes.isEmpty()) {
      long[] one = new long[inputs.length + 1];
      one[inputs.length] = output.elementCount();
      axes.add(one);
    }
    long[] dims = new long[axes.size()];
    long[][] strides = new long[inputs.length][axes.size()];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = axes.get(d)[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        strides[i][d] = axes.get(d)[i];
      }
    }
    return new BroadcastRows(dims, strides);
  }

  /** Merges {@code inner} into {@code outer}, strides first and the extent last in both. */
  private static boolean merge(long[] outer, long[] inner) {
    int inputs = inner.length - 1;
    for (int i = 0; i < inputs; i++) {
      if (outer[i] != inner[i] * inner[inputs]) {
        return false;
      }
    }
    System.arraycopy(inner, 0, outer, 0, inputs);
    outer[inputs] *= inner[inputs];
    return true;
  }

  /** Elements of a row; output rows follow each other without gaps. */
  long length() {
    return length;
  }

  /** Whether {@code input} stands still along a row. */
  boolean isScalar(int input) {
    return strides[input][dims.length - 1] == 0;
  }

  /** Element of {@code input} at output element {@code column} of {@code row}. */
  long at(int input, long row, long column) {
    long[] steps = strides[input];
    long at = column * steps[dims.length - 1];
    for (int d = dims.length - 2; d >= 0; d--) {
      long outer = row / dims[d];
      at += (row - outer * dims[d]) * steps[d];
      row = outer;
    }
    return at;
  }

  /** Elements of {@code input} from one row to the next, up to the end of the innermost axis. */
  long rowStep(int input) {
    return dims.length < 2 ? 0 : strides[input][dims.length - 2];
  }

  /** Rows from {@code row} on that lie {@link #rowStep} apart. */
  long evenRows(long row) {
    return dims.length < 2 ? 1 : dims[dims.length - 2] - row % dims[dims.length - 2];
  }

  @Override
  public String toString() {
    return Arrays.toString(dims) + Arrays.deepToString(strides);
  }
}
