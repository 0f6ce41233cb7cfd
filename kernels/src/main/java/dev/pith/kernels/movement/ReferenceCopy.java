package dev.pith.kernels.movement;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.SingleItemProgram;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Element by element, all in one work item because 4-bit elements of two blocks may share a byte:
 * the oracle.
 */
public final class ReferenceCopy implements ReferenceKernel<CopyProblem> {

  @Override
  public HostProgram prepare(CopyProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(CopyProblem problem) implements SingleItemProgram {

    @Override
    public void run(Arguments a) {
      for (CopyBlock block : problem.blocks()) {
        if (a.output(block.output()) == null) {
          continue;
        }
        MemorySegment target = a.outputValues(block.output());
        for (long i = 0; i < block.elementCount(); i++) {
          long source = block.from();
          long at = block.to();
          long rest = i;
          for (int d = block.axes().size() - 1; d >= 0; d--) {
            CopyBlock.Axis axis = block.axes().get(d);
            source += rest % axis.extent() * axis.fromStride();
            at += rest % axis.extent() * axis.toStride();
            rest /= axis.extent();
          }
          if (block.input() == CopyBlock.ZEROS) {
            Elements.setLong(problem.dtype(), target, at, 0);
          } else {
            Elements.copy(problem.dtype(), a.inputValues(block.input()), source, target, at);
          }
        }
      }
    }
  }
}
