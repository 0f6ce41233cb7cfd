package dev.pith.kernels;

/**
 * A kernel that runs on the processor this virtual machine runs on.
 *
 * @param <P> the problem family
 */
public non-sealed interface HostKernel<P extends Problem> extends Kernel<P> {

  /**
   * Checks operands once, repacks constant operands if that pays, and returns the program to run.
   *
   * @param problem a problem that {@link #supports} accepted for the context's target
   * @param context constants, target and memory for packed forms
   * @throws IllegalArgumentException if a constant operand does not have the shape, dtype or layout
   *     that the problem states
   */
  HostProgram prepare(P problem, PrepareContext context);

  /**
   * Whether the work is done by code that is machine code from the first run on. Other kernels are
   * slow until the virtual machine has compiled them, so that timing them takes a second.
   */
  default boolean isGenerated() {
    return false;
  }
}
