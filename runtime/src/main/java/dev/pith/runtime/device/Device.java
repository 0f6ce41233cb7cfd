package dev.pith.runtime.device;

import dev.pith.kernels.Target;
import dev.pith.runtime.plan.MemoryPlan;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;

/** An open device. Safe for use from many threads; whoever opens it closes it. */
public interface Device extends AutoCloseable {

  /** What it is, for people. */
  String description();

  /** What kernels are chosen for. */
  Target target();

  /** The device's choice of kernels for one plan. */
  Planner.KernelSelector selector();

  /** Bytes that places of values in a workspace are multiples of. */
  default long alignment() {
    return MemoryPlan.ALIGNMENT;
  }

  /** Prepares and binds every step of a plan. */
  Executable compile(Plan plan);

  /** Bytes of repacked weights the device holds, over all executables. */
  long repackedBytes();

  /**
   * The part of {@link #repackedBytes} that other devices of the same {@link WeightPool} use, too.
   */
  default long sharedBytes() {
    return 0;
  }

  /**
   * Bytes of weights in the model's mapped file that need not be in memory any more, since repacked
   * forms took their place; whoever reads them again maps them in again.
   */
  default long releasedBytes() {
    return 0;
  }

  /** Releases everything; executables must be closed before. */
  @Override
  void close();
}
