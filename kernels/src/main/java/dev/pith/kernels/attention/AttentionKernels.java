package dev.pith.kernels.attention;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of attention, in order of preference with the reference last. */
public final class AttentionKernels {

  /** Kernels of {@link AttentionProblem}. */
  public static final KernelFamily<AttentionProblem> ATTENTION =
      new KernelFamily<>(
          AttentionProblem.class,
          List.of(new VectorAttentionF32(), new DeviceAttention(), new ReferenceAttention()));

  /** Kernels of {@link RotaryProblem}. */
  public static final KernelFamily<RotaryProblem> ROTARY =
      new KernelFamily<>(RotaryProblem.class, List.of(new DeviceRotary(), new ReferenceRotary()));

  private AttentionKernels() {}
}
