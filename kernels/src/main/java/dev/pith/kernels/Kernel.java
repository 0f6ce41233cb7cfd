package dev.pith.kernels;

/**
 * One way to solve the problems of one family on one technology.
 *
 * <p>Kernels are stateless singletons, safe for use from many threads. A kernel that cannot solve a
 * problem says why through {@link #supports}; it never throws for that.
 *
 * @param <P> the problem family
 */
public sealed interface Kernel<P extends Problem> permits HostKernel, DeviceKernel, LibraryKernel {

  /** Lower snake case name, unique, used in logs, caches, benchmarks and explanations. */
  String name();

  /** Whether this kernel solves {@code problem} on {@code target}, and if not, why not. */
  Support supports(P problem, Target target);
}
