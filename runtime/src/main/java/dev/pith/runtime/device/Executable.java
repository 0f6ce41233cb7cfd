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

  /** Bytes of all workspaces allocated so far. */
  long workspaceBytes();

  /** Releases workspaces; no run may be under way. */
  @Override
  void close();
}
