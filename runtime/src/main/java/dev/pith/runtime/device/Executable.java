package dev.pith.runtime.device;

import dev.pith.kernels.tensor.Tensor;
import java.util.List;

/** A compiled plan. {@link #run} may be called from many threads at once. */
public interface Executable extends AutoCloseable {

  /**
   * Runs the plan.
   *
   * @param inputs dense tensors of exactly the plan's input types, in the plan's order
   * @return new dense tensors in the order of the plan's outputs; they outlive the executable
   */
  List<Tensor> run(List<Tensor> inputs);

  /**
   * Runs the plan once, one step after another, and says how long each took. Where a device takes
   * commands in a queue, it is waited for after each step, so that the whole takes longer than
   * {@link #run}.
   *
   * @param inputs as for {@link #run}
   * @return nanoseconds on the clock for each step of the plan, in order
   */
  long[] profile(List<Tensor> inputs);

  /** Bytes of all workspaces allocated so far. */
  long workspaceBytes();

  /** Releases workspaces; no run may be under way. */
  @Override
  void close();
}
