package dev.pith.kernels;

/**
 * The plain loop over a problem, written to be read: the last kernel of a family, which solves all
 * of its problems everywhere, and the oracle of the others' tests.
 *
 * @param <P> the problem family
 */
public interface ReferenceKernel<P extends Problem> extends HostKernel<P> {

  @Override
  default Support supports(P problem, Target target) {
    return Support.YES;
  }
}
