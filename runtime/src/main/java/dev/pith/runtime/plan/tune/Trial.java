package dev.pith.runtime.plan.tune;

/** A kernel ready to be run on made-up inputs of a step, with its real weights. */
public interface Trial extends AutoCloseable {

  /**
   * Runs the kernel once, as a session would.
   *
   * @return nanoseconds it took, or −1 if the device was busy with something else
   */
  long run();

  /** The kernel was chosen: what was prepared for it may be kept for sessions. */
  default void keep() {}

  @Override
  void close();
}
