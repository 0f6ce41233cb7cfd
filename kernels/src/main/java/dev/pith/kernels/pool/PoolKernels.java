package dev.pith.kernels.pool;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of pooling problems, in order of preference with the reference last. */
public final class PoolKernels {

  /** Kernels of {@link PoolProblem}. */
  public static final KernelFamily<PoolProblem> POOL =
      new KernelFamily<>(
          PoolProblem.class,
          List.of(new X86Pool(), new VectorPool(), new DevicePool(), new ReferencePool()));

  /** Kernels of {@link UnpoolProblem}. */
  public static final KernelFamily<UnpoolProblem> UNPOOL =
      new KernelFamily<>(UnpoolProblem.class, List.of(new DeviceUnpool(), new ReferenceUnpool()));

  /** Kernels of {@link RoiProblem}. */
  public static final KernelFamily<RoiProblem> ROI =
      new KernelFamily<>(RoiProblem.class, List.of(new DeviceRoi(), new ReferenceRoi()));

  private PoolKernels() {}
}
