package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.ByteCopy;
import java.lang.foreign.MemorySegment;

/**
 * Copies tile by tile: contiguous rows at once, transposed planes in squares that both sides' cache
 * lines survive. One work item is one tile of one block.
 */
public final class TiledCopy implements HostKernel<CopyProblem> {

  @Override
  public Support supports(CopyProblem problem, Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    return problem.dtype().bits() >= 8
        ? Support.YES
        : Support.no("elements of %s share bytes", problem.dtype());
  }

  @Override
  public HostProgram prepare(CopyProblem problem, PrepareContext context) {
    int bytes = problem.dtype().bits() / 8;
    CopyPlane[] planes = new CopyPlane[problem.blocks().size()];
    long[] first = new long[planes.length + 1];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = CopyPlane.of(problem.blocks().get(i), bytes);
      first[i + 1] = first[i] + planes[i].tiles();
    }
    return new Run(planes, first);
  }

  /**
   * The program.
   *
   * @param planes the blocks
   * @param first number of the first tile of each block, and the number of tiles
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Run(CopyPlane[] planes, long[] first) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, first[planes.length]);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      long end = Math.min(to, first[planes.length]);
      int block = 0;
      for (long item = from; item < end; item++) {
        while (item >= first[block + 1]) {
          block++;
        }
        copy(planes[block], item - first[block], a);
      }
    }

    private static void copy(CopyPlane plane, long tile, Arguments a) {
      CopyBlock block = plane.block();
      if (a.output(block.output()) == null) {
        return;
      }
      MemorySegment y = a.outputValues(block.output());
      CopyBlock.Axis p = plane.p();
      CopyBlock.Axis q = plane.q();
      long startP = plane.startP(tile);
      long startQ = plane.startQ(tile);
      int countP = (int) Math.min(plane.tileP(), p.extent() - startP);
      int countQ = (int) Math.min(plane.tileQ(), q.extent() - startQ);
      long to = plane.to(tile) + startP * p.toStride() + startQ * q.toStride();
      if (block.input() == CopyBlock.ZEROS) {
        CopyLoops.zero(y, to, p.toStride(), q.toStride(), countP, countQ, plane.bytes());
        return;
      }
      MemorySegment x = a.inputValues(block.input());
      long from = plane.from(tile) + startP * p.fromStride() + startQ * q.fromStride();
      if (q.toStride() == plane.bytes() && q.fromStride() == plane.bytes()) {
        for (int i = 0; i < countP; i++) {
          ByteCopy.copy(
              x, from + i * p.fromStride(), y, to + i * p.toStride(), countQ * plane.bytes());
        }
        return;
      }
      CopyLoops.strided(x, from, p, q, y, to, countP, countQ, plane.bytes());
    }
  }
}
