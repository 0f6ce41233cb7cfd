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

  /**
   * The {@link #arithmetic} of sums of products of real numbers in fp32, in any order: the
   * exception, which promises the bound of {@code Tolerance} in place of bits. Kernels of devices
   * have it, since vendors' libraries promise no order either; kernels of the CPU have not.
   */
  String ANY_ORDER = "fp32 sums in any order";

  /**
   * Lower snake case name, unique, used in logs, caches, benchmarks and explanations. By default
   * that of the class: {@code x86_q_conv} for {@code X86QConv}.
   */
  default String name() {
    return SnakeCase.of(getClass());
  }

  /** Whether this kernel solves {@code problem} on {@code target}, and if not, why not. */
  Support supports(P problem, Target target);

  /**
   * Names the order in which results are summed and rounded: two kernels of a family that give the
   * same name for a problem give the same bits, so that a measurement may choose between them. By
   * default the kernel's own name, that is, like no other.
   */
  default String arithmetic(P problem) {
    return name();
  }

  /**
   * Whether a kernel further down the family's list may be faster for {@code problem}, which this
   * kernel supports, so that only measuring tells. By default the order of the list decides.
   */
  default boolean isContested(P problem, Target target) {
    return false;
  }
}
