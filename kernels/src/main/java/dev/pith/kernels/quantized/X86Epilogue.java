package dev.pith.kernels.quantized;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where sums begin and what they are multiplied with, for every row of every list of blocks: I32
 * biases, then F32 scales. Where activations are unsigned bytes, what their zero point contributes
 * is taken from the bias.
 *
 * @param rows rows in all, those that fill up lists included
 */
record X86Epilogue(long rows) {

  /**
   * Packs them.
   *
   * @param weight I8, any layout
   * @param scale F32 for each row of the weight
   * @param bias I32 for each row of the weight, or {@code null}
   */
  MemorySegment pack(
      X86Isa isa,
      X86BlockList list,
      Tensor weight,
      Tensor scale,
      Tensor bias,
      int zero,
      Arena arena) {
    MemorySegment packed = arena.allocate(Math.max(8, 8 * rows), 64);
    long groupRows = weight.rows() / list.groups();
    long padded = (long) list.lists() * list.rows();
    try (Arena local = Arena.ofConfined()) {
      MemorySegment row = local.allocate(weight.columns() + 8);
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

  /** Fills in the arguments that are the same for all tiles. */
  static void constants(Requantize requantize, MemorySegment args) {
    int zero = requantize.zeroPoint();
    for (long i = 0; i < 64; i += 4) {
      args.set(Elements.F32, X86BlockCode.Args.LOW + i, requantize.low() - zero);
      args.set(Elements.F32, X86BlockCode.Args.HIGH + i, requantize.high() - zero);
      args.set(Elements.I32, X86BlockCode.Args.ZERO + i, zero);
    }
  }
}
