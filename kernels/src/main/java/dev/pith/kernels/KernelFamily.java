package dev.pith.kernels;

import java.util.List;

/**
 * All kernels that solve one kind of problem.
 *
 * @param problem the problem class
 * @param kernels in order of preference; the reference kernel, which supports everything the family
 *     can express, is last
 * @param <P> the problem class
 */
public record KernelFamily<P extends Problem>(Class<P> problem, List<Kernel<P>> kernels) {

  /** The reference host kernel: the oracle, last in the list. */
  public HostKernel<P> reference() {
    return (HostKernel<P>) kernels.get(kernels.size() - 1);
  }
}
