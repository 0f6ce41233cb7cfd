package dev.pith.kernels.quads;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.QConcatProblem;
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/**
 * {@link QConcatProblem} of channels in quads: planes are copied, or requantized with generated
 * x86-64 code. A work item is one plane of the output.
 */
public final class X86QuadConcat implements HostKernel<ArrangedProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadConcat() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadConcat(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof QConcatProblem)) {
      return Support.no("not an int8 concatenation");
    }
    Support quads = QuadDemand.check(problem);
    return quads.isSupported() ? X86Isa.supportsAvx2(target) : quads;
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    QConcatProblem concat = (QConcatProblem) problem.problem();
    int inputs = concat.inputs().size();
    ArgumentImage[] images = new ArgumentImage[inputs];
    GeneratedCall[] functions = new GeneratedCall[inputs];
    int[] ends = new int[inputs];
    int end = 0;
    for (int i = 0; i < inputs; i++) {
      float ratio = concat.ratios().get(i);
      int zero = concat.zeroPoint();
      QuadSum sum = new QuadSum(concat.zeroPoints().get(i), ratio, 0, 0, zero, 0, 255);
      images[i] = sum.image();
      functions[i] = sum.call(calls, false);
      end += problem.inputGrid(i).quads();
      ends[i] = end;
    }
    QuadGrid grid = problem.outputGrid();
    X86QuadBorder border = new X86QuadBorder(calls, grid, problem.outputPadding());
    return new Run(problem, grid, concat, images, functions, ends, border);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Run(
      ArrangedProblem problem,
      QuadGrid grid,
      QConcatProblem concat,
      ArgumentImage[] images,
      GeneratedCall[] functions,
      int[] ends,
      X86QuadBorder border)
      implements HostProgram {

    @Override
    public long workItems(int phase) {
      return grid.planes();
    }

    @Override
    public long scratchBytes() {
      return Math.max(X86QuadSumCode.Args.BYTES, X86QuadBorder.BYTES);
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      MemorySegment y = a.outputValues(0);
      for (long plane = from; plane < to; plane++) {
        long image = plane / grid.quads();
        int quad = (int) (plane % grid.quads());
        int input = 0;
        while (quad >= ends[input]) {
          input++;
        }
        QuadGrid source = problem.inputGrid(input);
        int first = input == 0 ? 0 : ends[input - 1];
        long at = source.plane(image * source.quads() + quad - first);
        MemorySegment x = a.inputValues(input);
        if (concat.isCopy(input)) {
          MemorySegment.copy(x, at, y, grid.plane(plane), grid.planeBytes());
        } else {
          images[input].copyTo(scratch);
          long to32 = y.address() + grid.plane(plane);
          QuadSum.run(functions[input], scratch, x.address() + at, 0, to32, grid.planeBytes());
        }
      }
      border.fill(y, from, to - from, scratch);
    }
  }
}
