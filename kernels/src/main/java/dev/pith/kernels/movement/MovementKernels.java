package dev.pith.kernels.movement;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of every movement problem, in order of preference with the reference last. */
public final class MovementKernels {

  /** Kernels of {@link CopyProblem}. */
  public static final KernelFamily<CopyProblem> COPY =
      new KernelFamily<>(CopyProblem.class, List.of(new TiledCopy(), new ReferenceCopy()));

  private MovementKernels() {}
}
