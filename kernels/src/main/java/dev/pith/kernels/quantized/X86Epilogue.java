package dev.pith.kernels.quantized;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where sums begin and what they are multiplied with, for every row of every list of blocks, those
 * that fill up lists included: I32 biases in the first half, F32 scales in the second. Where
 * activations are unsigned bytes, what their zero point contributes is taken from the bias.
 */
final class X86Epilogue {

  private X86Epilogue() {}

  /**
   * Packs them.
   *
   * @param weight I8, any layout
   * @param scale F32 for each row of the weight
   * @param bias I32 for each row of the weight, or {@code null}
   * @param zero zero point of the activations
   */
  static MemorySegment pack(
      X86Isa isa,
      X86BlockList list,
      Tensor weight,
      Tensor scale,
      Tensor bias,
      int zero,
      Arena arena) {
    long padded = (long) list.lists() * list.rows();
    long rows = list.groups() * padded;
    long groupRows = weight.rows() / list.groups();
    // Code that reads eight at a time reads beyond the last.
    MemorySegment packed = arena.allocate(8 * rows + 64, 64).asSlice(0, 8 * rows);
    try (Arena local = Arena.ofConfined()) {
      MemorySegment row = local.allocate(weight.columns());
      for (long i = 0; i < weight.rows(); i++) {
        int start = bias == null ? 0 : (int) bias.getLong(i);
        if (isa.elementBytes() == 1 && zero != 0) {
          weight.layout().decodeRows(weight, i, i + 1, row);
          for (long k = 0; k < weight.columns(); k++) {
            start -= zero * (int) Elements.getLong(DType.I8, row, k);
          }
        }
        long at = i / groupRows * padded + i % groupRows;
        packed.set(Elements.I32, 4 * at, start);
        packed.set(Elements.F32, 4 * (rows + at), (float) scale.getDouble(i));
      }
    }
    return packed;
  }
}
