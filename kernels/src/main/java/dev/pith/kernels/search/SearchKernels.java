package dev.pith.kernels.search;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of searches, in order of preference with the reference last. */
public final class SearchKernels {

  /** Kernels of {@link ArgReduceProblem}. */
  public static final KernelFamily<ArgReduceProblem> ARG_REDUCE =
      new KernelFamily<>(
          ArgReduceProblem.class, List.of(new DeviceArgReduce(), new ReferenceArgReduce()));

  /** Kernels of {@link TopKProblem}. */
  public static final KernelFamily<TopKProblem> TOP_K =
      new KernelFamily<>(TopKProblem.class, List.of(new DeviceTopK(), new ReferenceTopK()));

  /** Kernels of {@link BoxProblem}. */
  public static final KernelFamily<BoxProblem> BOXES =
      new KernelFamily<>(BoxProblem.class, List.of(new ReferenceBoxes()));

  private SearchKernels() {}
}
