package dev.pith.kernels.normalize;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of normalization, in order of preference with the reference last. */
public final class NormalizeKernels {

  /** Kernels of {@link NormalizeProblem}. */
  public static final KernelFamily<NormalizeProblem> NORMALIZE =
      new KernelFamily<>(
          NormalizeProblem.class,
          List.of(
              new X86Normalize(),
              new VectorNormalizeF32(),
              new DeviceNormalize(),
              new ReferenceNormalize()));

  /** Kernels of {@link BatchNormProblem}. */
  public static final KernelFamily<BatchNormProblem> BATCH_NORM =
      new KernelFamily<>(
          BatchNormProblem.class,
          List.of(new VectorBatchNormF32(), new DeviceBatchNorm(), new ReferenceBatchNorm()));

  /** Kernels of {@link LrnProblem}. */
  public static final KernelFamily<LrnProblem> LRN =
      new KernelFamily<>(LrnProblem.class, List.of(new DeviceLrn(), new ReferenceLrn()));

  private NormalizeKernels() {}
}
