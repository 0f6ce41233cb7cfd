package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * {@link ArrangedProblem} by way of rows: inputs are brought into rows, the inner problem's
 * reference runs, and its output is brought into quads. The oracle.
 */
public final class ReferenceArranged implements ReferenceKernel<ArrangedProblem> {

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    Problem inner = problem.problem();
    return new Run(problem, KernelFamilies.of(inner).reference().prepare(inner, context));
  }

  private record Run(ArrangedProblem problem, HostProgram inner) implements HostProgram {

    @Override
    public int phases() {
      return inner.phases() + 2;
    }

    @Override
    public long workItems(int phase) {
      return phase == 0 || phase == phases() - 1 ? 1 : inner.workItems(phase - 1);
    }

    @Override
    public long scratchBytes() {
      return inner.scratchBytes();
    }

    @Override
    public int scratchFloats() {
      return inner.scratchFloats();
    }

    private long inputAt(int index) {
      long at = inner.sharedBytes() + 63 & -64;
      for (int i = 0; i < index; i++) {
        at += problem.shapes().get(i).elementCount() + 63 & -64;
      }
      return at;
    }

    @Override
    public long sharedBytes() {
      long outputs = problem.outputGrid() == null ? 0 : problem.outputShape().elementCount();
      return inputAt(problem.inputs().size()) + (outputs + 63 & -64);
    }

    private Arguments inRows(Arguments a, MemorySegment shared) {
      Tensor[] inputs = a.inputs().clone();
      for (int i = 0; i < problem.inputs().size(); i++) {
        if (problem.inputGrid(i) != null) {
          long bytes = problem.shapes().get(i).elementCount();
          MemorySegment rows = shared.asSlice(inputAt(i), bytes);
          inputs[i] = Tensor.dense(DType.U8, problem.shapes().get(i), rows);
        }
      }
      Tensor[] outputs = a.outputs().clone();
      if (problem.outputGrid() != null) {
        long bytes = problem.outputShape().elementCount();
        MemorySegment rows = shared.asSlice(inputAt(problem.inputs().size()), bytes);
        outputs[0] = Tensor.dense(DType.U8, problem.outputShape(), rows);
      }
      return new Arguments(inputs, outputs);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      Arguments rows = inRows(a, shared);
      if (phase > 0 && phase < phases() - 1) {
        MemorySegment workspace = shared.asSlice(0, inner.sharedBytes());
        inner.run(phase - 1, rows, workspace, scratch, from, to);
      } else if (phase > 0 && problem.outputGrid() != null) {
        problem
            .outputGrid()
            .encode(rows.outputValues(0), a.outputValues(0), problem.outputPadding());
      } else if (phase == 0) {
        for (int i = 0; i < problem.inputs().size(); i++) {
          if (problem.inputGrid(i) != null) {
            problem.inputGrid(i).decode(a.inputValues(i), rows.inputValues(i));
          }
        }
      }
    }
  }
}
