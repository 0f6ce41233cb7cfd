package dev.pith.runtime.launch;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A plan whose programs are compiled and whose weights lie on the device. Each concurrent run
 * borrows a workspace: a stream, memory for all activations, and commands with their operands set.
 */
public final class LaunchExecutable implements Executable {

  private final Plan plan;
  private final Accelerator accelerator;
  private final ConstantStore store;
  private final List<LaunchStep> steps = new ArrayList<>();
  private final ConcurrentLinkedDeque<LaunchWorkspace> idle = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<LaunchWorkspace> all = new ConcurrentLinkedDeque<>();
  private final AtomicLong workspaceBytes = new AtomicLong();

  /**
   * Compiles all programs of {@code plan} and uploads its weights.
   *
   * @param store where weights are kept beyond this plan
   */
  public LaunchExecutable(Plan plan, Accelerator accelerator, ConstantStore store) {
    this.plan = plan;
    this.accelerator = accelerator;
    this.store = store;
    plan.steps().forEach(step -> steps.add(LaunchStep.of(step, accelerator, store)));
  }

  List<LaunchStep> steps() {
    return steps;
  }

  Plan plan() {
    return plan;
  }

  Accelerator accelerator() {
    return accelerator;
  }

  ConstantStore store() {
    return store;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    return with(workspace -> workspace.run(inputs));
  }

  @Override
  public long[] profile(List<Tensor> inputs) {
    return with(workspace -> workspace.profile(inputs));
  }

  private <T> T with(Function<LaunchWorkspace, T> use) {
    LaunchWorkspace workspace = idle.pollFirst();
    if (workspace == null) {
      workspace = LaunchWorkspace.of(this);
      all.add(workspace);
      workspaceBytes.addAndGet(workspace.byteSize());
    }
    try {
      T result = use.apply(workspace);
      idle.addFirst(workspace);
      return result;
    } catch (DeviceException e) {
      discard(workspace, e);
      throw e;
    } catch (RuntimeException e) {
      idle.addFirst(workspace);
      throw e;
    }
  }

  /** Closes a workspace whose stream may be unusable; what that throws is told with the cause. */
  private void discard(LaunchWorkspace workspace, DeviceException cause) {
    all.remove(workspace);
    workspaceBytes.addAndGet(-workspace.byteSize());
    try {
      workspace.close();
    } catch (DeviceException e) {
      cause.addSuppressed(e);
    }
  }

  /** The value of a plan output that is known beforehand, or {@code null}. */
  Tensor known(String name) {
    if (plan.known().containsKey(name)) {
      return plan.known().get(name);
    }
    String owner = plan.owner(name);
    return plan.known().containsKey(owner)
        ? plan.known().get(owner).reshaped(plan.types().get(name).shape())
        : null;
  }

  /** A new tensor with the elements of {@code tensor}. */
  static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.allocate(Arena.ofAuto(), tensor.dtype(), tensor.shape());
    MemorySegment.copy(tensor.values(), 0, copy.values(), 0, copy.values().byteSize());
    return copy;
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes.get();
  }

  @Override
  public void close() {
    idle.clear();
    for (LaunchWorkspace workspace = all.poll(); workspace != null; workspace = all.poll()) {
      workspace.close();
    }
  }
}
