package dev.pith.kernels.matmul;

import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Rows of a weight of any layout and type as doubles, one row at a time: what reference kernels
 * read. Immutable; the row is in scratch.
 */
public final class WeightRows {

  private final DType type;
  private final long columns;
  private final List<Float> scales;

  private WeightRows(DType type, long columns, List<Float> scales) {
    this.type = type;
    this.columns = columns;
    this.scales = scales;
  }

  /**
   * Rows of the weight that is input 1.
   *
   * @param type its element type
   * @param rows extent 0
   * @param columns elements of a row
   * @throws IllegalArgumentException if integers have no symmetric scale for each row or for all
   */
  public static WeightRows of(DType type, long rows, long columns, PrepareContext context) {
    return new WeightRows(type, columns, type.isFloat() ? List.of() : scales(rows, context));
  }

  /** Scales of the integer weight that is input 1: one, or one for each row. */
  static List<Float> scales(long rows, PrepareContext context) {
    Tensor weight = context.constant(1);
    if (weight == null || !(weight.quantization() instanceof Quantization.Affine affine)) {
      throw new IllegalArgumentException(
          "integer weights need constant scales; "
              + (weight == null ? "the weight" : weight)
              + " has none");
    }
    boolean symmetric = affine.zeroPoints().stream().allMatch(zero -> zero == 0);
    int count = affine.scales().size();
    boolean fits = affine.axis() < 0 ? count == 1 : affine.axis() == 0 && count == rows;
    if (!symmetric || !fits || affine.groupSize() != 0) {
      throw new IllegalArgumentException(
          "weight "
              + weight
              + " has "
              + count
              + " scales along axis "
              + affine.axis()
              + (symmetric ? "" : " and zero points")
              + "; one symmetric scale, or one for each of its "
              + rows
              + " rows, is supported");
    }
    return affine.scales();
  }

  /** Bytes of scratch for one row: as it is stored, and as doubles. */
  public long scratchBytes() {
    return doublesAt() + 8 * columns;
  }

  private long doublesAt() {
    return type.byteSize(columns) + 63 & -64;
  }

  /** Decodes row {@code row} of {@code weight} into scratch. */
  public void load(Tensor weight, long row, MemorySegment scratch) {
    weight.layout().decodeRows(weight, row, row + 1, scratch);
    double scale = scales.isEmpty() ? 1 : (double) scales.get(scales.size() == 1 ? 0 : (int) row);
    for (long i = 0; i < columns; i++) {
      double value = Elements.getDouble(type, scratch, i) * scale;
      scratch.set(Elements.F64, doublesAt() + 8 * i, value);
    }
  }

  /** Element {@code column} of the row loaded last. */
  public double get(MemorySegment scratch, long column) {
    return scratch.get(Elements.F64, doublesAt() + 8 * column);
  }
}
