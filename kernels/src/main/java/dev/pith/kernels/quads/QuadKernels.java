package dev.pith.kernels.quads;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of problems whose activations lie in quads. */
public final class QuadKernels {

  /** Kernels of {@link ArrangedProblem}. */
  public static final KernelFamily<ArrangedProblem> FAMILY =
      KernelFamily.exact(
          ArrangedProblem.class,
          List.of(
              new X86QuadDepthwiseConv(),
              new X86QuadConv(),
              new X86QuadAdd(),
              new X86QuadConcat(),
              new X86QuadPool(),
              new X86QuadGlobalAverage(),
              new X86QuadRearrange(),
              new DirectQuadLookup(),
              new ReferenceArranged()));

  /** Kernels of {@link RearrangeProblem}. */
  public static final KernelFamily<RearrangeProblem> REARRANGE =
      KernelFamily.exact(RearrangeProblem.class, List.of(new ReferenceRearrange()));

  private QuadKernels() {}
}
