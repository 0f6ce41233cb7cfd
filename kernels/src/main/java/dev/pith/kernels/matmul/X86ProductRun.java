package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.matmul.X86PanelProduct.Operands;
import java.lang.foreign.MemorySegment;

/** A product by generated code whose work items are blocks of its results. Immutable. */
abstract class X86ProductRun implements HostProgram {

  private final X86PanelProduct product;
  private final TileBlocks blocks;

  X86ProductRun(X86PanelProduct product, TileBlocks blocks) {
    this.product = product;
    this.blocks = blocks;
  }

  /**
   * Where the operands of a block lie.
   *
   * @param matrix which product of a batch
   * @param row the block's first row
   * @param count its rows
   */
  abstract Operands operands(Arguments a, long matrix, long row, int count);

  @Override
  public final long workItems(int phase) {
    return Math.max(1, blocks.items());
  }

  @Override
  public final long scratchBytes() {
    return product.scratchBytes();
  }

  @Override
  public final void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    product.begin(scratch);
    for (long item = from; item < Math.min(to, blocks.items()); item++) {
      Operands operands = operands(a, blocks.matrix(item), blocks.row(item), blocks.count(item));
      product.run(scratch, operands, blocks.column(item));
    }
  }
}
