package dev.pith.kernels.quantized;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.conv.X86Conv;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@link DynamicConvProblem} with generated fp32 code whose sums are exact: activations less their
 * zero point and weights are integers, and {@link ExactPieces} keeps every sum below 2²⁴. The zero
 * point is known only at run time; so it need not enter any bias.
 */
public final class X86DynamicConv implements HostKernel<DynamicConvProblem> {

  private static final X86Conv CONV = new X86Conv();

  private static ConvProblem sums(DynamicConvProblem problem) {
    return new ConvProblem(problem.geometry(), DType.F32, DType.F32, Dense.LAYOUT, Epilogue.NONE);
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(DynamicConvProblem problem, Target target) {
    Activation.Kind kind = problem.epilogue().activation().kind();
    if (kind != Activation.Kind.NONE
        && kind != Activation.Kind.RELU
        && kind != Activation.Kind.CLIP) {
      return Support.no("the activation is %s, not a clamp", kind);
    }
    Support code = target.supportsFloatCode();
    return code.isSupported() ? CONV.supports(sums(problem), target) : code;
  }

  @Override
  public HostProgram prepare(DynamicConvProblem problem, PrepareContext context) {
    Tensor weight = context.constant(1);
    if (weight == null) {
      return new ReferenceDynamicConv().prepare(problem, context);
    }
    byte[] values = ExactPieces.decoded(weight);
    int[] cuts =
        ExactPieces.cuts(values, Math.toIntExact(weight.rows()), Math.toIntExact(weight.columns()));
    List<HostProgram> pieces = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.length; i++) {
      try (Arena arena = Arena.ofConfined()) {
        Tensor piece = ExactPieces.piece(weight, values, cuts[i], cuts[i + 1], arena);
        pieces.add(CONV.prepare(sums(problem), of(context, piece, i)));
      }
    }
    return new DynamicConvRun(problem, pieces, GeneratedCalls.NATIVE);
  }

  /** The context with one piece for the weight. */
  private static PrepareContext of(PrepareContext context, Tensor piece, int number) {
    return new PrepareContext() {
      @Override
      public Target target() {
        return context.target();
      }

      @Override
      public Tensor constant(int index) {
        return index == 1 ? piece : null;
      }

      @Override
      public MemorySegment packed(int index, String format, Function<Arena, MemorySegment> pack) {
        return context.packed(index, "exact" + number + " " + format, pack);
      }
    };
  }
}
