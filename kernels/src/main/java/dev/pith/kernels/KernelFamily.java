package dev.pith.kernels;

import java.util.List;

/**
 * All kernels that solve one kind of problem.
 *
 * @param problem the problem class
 * @param kernels in order of preference; the reference kernel, which supports everything the family
 *     can express, is last
 * @param isExact whether all kernels give the same bits, because the arithmetic is exact
 * @param <P> the problem class
 */
public record KernelFamily<P extends Problem>(
    Class<P> problem, List<Kernel<P>> kernels, boolean isExact) {

  /** The arithmetic of kernels whose results are exact. */
  private static final String EXACT = "exact";

  /** A family whose kernels say which of them give the same bits. */
  public KernelFamily(Class<P> problem, List<Kernel<P>> kernels) {
    this(problem, kernels, false);
  }

  /** A family whose kernels all give the same bits. */
  public static <P extends Problem> KernelFamily<P> exact(
      Class<P> problem, List<Kernel<P>> kernels) {
    return new KernelFamily<>(problem, kernels, true);
  }

  /** The reference host kernel: the oracle, last in the list. */
  public HostKernel<P> reference() {
    return (HostKernel<P>) kernels.get(kernels.size() - 1);
  }

  /** What {@link Kernel#arithmetic} says, or that results are exact. */
  public String arithmetic(Kernel<P> kernel, P problem) {
    return isExact ? EXACT : kernel.arithmetic(problem);
  }
}
