package dev.pith.kernels.recurrent;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of {@link RecurrentProblem}. */
public final class RecurrentKernels {

  /** In order of preference; reference last. */
  public static final KernelFamily<RecurrentProblem> FAMILY =
      new KernelFamily<>(
          RecurrentProblem.class,
          List.of(new VectorRecurrent(), new DeviceRecurrent(), new ReferenceRecurrent()));

  private RecurrentKernels() {}
}
