package dev.pith.kernels.matmul;

import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.layout.RowLists;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Weights of any layout and of type F32, F16, BF16 or I8, read as floats a few rows and columns at
 * a time. Immutable.
 */
public final class FloatWeights implements RowSource {

  private final FloatRows rows;
  private final DType type;
  private final long columns;
  private final Layout layout;
  private final float[] scales;

  /**
   * @param weightRows extent 0 of the weight, input 1
   * @param columns elements of a row
   * @throws IllegalArgumentException if integers have no symmetric scale for each row or for all
   */
  public FloatWeights(
      FloatRows rows,
      DType type,
      Layout layout,
      long weightRows,
      long columns,
      PrepareContext context) {
    this.rows = rows;
    this.type = type;
    this.columns = columns;
    this.layout = layout;
    this.scales = type.isFloat() ? null : array(WeightRows.scales(weightRows, context));
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** Whether vector kernels read weights of this type and layout, for activations of {@code x}. */
  public static Support supports(DType x, DType type, Layout layout) {
    if (x != DType.F32) {
      return Support.no("activations are %s, not F32", x);
    }
    if (!(layout instanceof Dense || layout instanceof SparseLayout)) {
      return Support.no("layout %s does not list its weights", layout.name());
    }
    boolean known =
        type == DType.F32 || type == DType.F16 || type == DType.BF16 || type == DType.I8;
    return known ? Support.YES : Support.no("weights are %s", type);
  }

  /** The layout where weights are listed, else {@code null}. */
  SparseLayout sparse() {
    return layout instanceof SparseLayout listed ? listed : null;
  }

  @Override
  public void read(
      Tensor weight, long row, long k, int count, MemorySegment scratch, float[] s, int to) {
    rows.widen(type, weight.values(), row * columns + k, count, s, to);
    scale(row, count, s, to);
  }

  private void scale(long row, int count, float[] s, int to) {
    if (scales != null) {
      rows.scale(s, to, count, scales[scales.length == 1 ? 0 : (int) row]);
    }
  }

  /**
   * Lists the columns from {@code k} to {@code k + count} that a group of rows stores.
   *
   * @param lists places in {@code scratch}
   * @return columns listed
   */
  int list(
      SparseLayout sparse,
      Tensor weight,
      long group,
      long k,
      int count,
      MemorySegment scratch,
      float[] s,
      RowLists lists) {
    int n = sparse.list(weight, group, (int) k, (int) k + count, scratch, lists);
    for (int r = 0; r < sparse.groupRows() && scales != null; r++) {
      long row = Math.min(group * sparse.groupRows() + r, weight.rows() - 1);
      scale(row, n, s, (int) ((lists.values() + r * lists.valueStride()) / 4));
    }
    return n;
  }
}
