package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.quantized.QuantizedKernels;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** {@link QConvAddProblem} as what it is, a convolution and then a sum: the oracle. */
public final class ReferenceQConvAdd implements ReferenceKernel<QConvAddProblem> {

  @Override
  public HostProgram prepare(QConvAddProblem problem, PrepareContext context) {
    // Neither reference looks at constants before it runs.
    return new Run(
        problem,
        QuadKernels.CONV.reference().prepare(problem.conv(), context),
        QuantizedKernels.ADD.reference().prepare(problem.add(), context));
  }

  private record Run(QConvAddProblem problem, HostProgram conv, HostProgram add)
      implements HostProgram {

    @Override
    public int phases() {
      return conv.phases() + add.phases();
    }

    @Override
    public long workItems(int phase) {
      return phase < conv.phases() ? conv.workItems(phase) : add.workItems(phase - conv.phases());
    }

    @Override
    public long scratchBytes() {
      return Math.max(conv.scratchBytes(), add.scratchBytes());
    }

    /** The convolution's output, then what either program asks for. */
    @Override
    public long sharedBytes() {
      return between() + Math.max(conv.sharedBytes(), add.sharedBytes());
    }

    private long between() {
      return problem.add().a().elementCount() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      Tensor[] inputs = a.inputs();
      long elements = problem.add().a().elementCount();
      Tensor middle = Tensor.dense(DType.U8, problem.add().a(), shared.asSlice(0, elements));
      MemorySegment own = shared.asSlice(between());
      if (phase < conv.phases()) {
        Tensor[] layer = new Tensor[inputs.length - 1];
        layer[0] = inputs[0];
        System.arraycopy(inputs, 2, layer, 1, inputs.length - 2);
        Arguments toMiddle = new Arguments(layer, new Tensor[] {middle});
        conv.run(phase, toMiddle, own, scratch, from, to);
      } else {
        Arguments sum = new Arguments(new Tensor[] {middle, inputs[1]}, a.outputs());
        add.run(phase - conv.phases(), sum, own, scratch, from, to);
      }
    }
  }
}
