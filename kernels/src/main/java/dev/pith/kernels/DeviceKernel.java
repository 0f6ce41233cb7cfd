package dev.pith.kernels;

/**
 * A kernel given as source text for an accelerator: a pure function from problem to {@link
 * Program}.
 *
 * @param <P> the problem family
 */
public non-sealed interface DeviceKernel<P extends Problem> extends Kernel<P> {

  /** The program that solves {@code problem} on {@code target}; touches no device. */
  Program program(P problem, Target target);
}
