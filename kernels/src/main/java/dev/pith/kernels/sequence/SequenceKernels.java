package dev.pith.kernels.sequence;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of every sequence problem, in order of preference with the reference last. */
public final class SequenceKernels {

  /** Kernels of {@link CumulativeProblem}. */
  public static final KernelFamily<CumulativeProblem> CUMULATIVE =
      new KernelFamily<>(
          CumulativeProblem.class, List.of(new DeviceCumulative(), new ReferenceCumulative()));

  /** Kernels of {@link ReverseProblem}. */
  public static final KernelFamily<ReverseProblem> REVERSE =
      new KernelFamily<>(
          ReverseProblem.class, List.of(new DeviceReverse(), new ReferenceReverse()));

  private SequenceKernels() {}
}
