package dev.pith.kernels.conv;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of convolutions that spread or move pixels instead of sliding a fixed window. */
public final class ScatterConvKernels {

  /** Kernels of {@link ConvTransposeProblem}. */
  public static final KernelFamily<ConvTransposeProblem> TRANSPOSE =
      new KernelFamily<>(
          ConvTransposeProblem.class,
          List.of(new DeviceConvTranspose(), new ReferenceConvTranspose()));

  /** Kernels of {@link FoldProblem}. */
  public static final KernelFamily<FoldProblem> FOLD =
      new KernelFamily<>(FoldProblem.class, List.of(new DeviceFold(), new ReferenceFold()));

  /** Kernels of {@link DeformConvProblem}. */
  public static final KernelFamily<DeformConvProblem> DEFORM =
      new KernelFamily<>(
          DeformConvProblem.class, List.of(new DeviceDeformConv(), new ReferenceDeformConv()));

  private ScatterConvKernels() {}
}
