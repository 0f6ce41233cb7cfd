package dev.pith.runtime.cpu;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.device.PackedWeights;
import dev.pith.runtime.device.WeightPool;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.tune.KernelChooser;
import dev.pith.runtime.plan.tune.TimingStore;
import java.nio.file.Path;
import java.util.List;

/** The processor this virtual machine runs on. */
public final class CpuDevice implements Device {

  private final Target target;
  private final KernelSelection policy;
  private final TimingStore timings;
  private final ThreadTeam team;
  private final WeightPool pool;

  /** Forms of the model's constants. */
  private final PackedWeights shared;

  /** Forms of what this device's plans computed. */
  private final PackedWeights own = new PackedWeights();

  CpuDevice(Target target, KernelSelection policy, Path cache, WeightPool pool) {
    this.target = target;
    this.policy = policy;
    this.timings = TimingStore.of(cache, "processor", target);
    this.team = new ThreadTeam(target.threads());
    this.pool = pool;
    this.shared = pool.borrow(target);
  }

  @Override
  public String description() {
    return target.architecture()
        + ", "
        + target.threads()
        + (target.threads() == 1 ? " thread, " : " threads, ")
        + (target.vectorBits() == 0
            ? "no Vector API (pass --add-modules jdk.incubator.vector)"
            : target.vectorBits() + "-bit vectors");
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Planner.KernelSelector selector() {
    return new KernelChooser(
        this::kernels, target, policy.tuning(), new CpuTrials(this, team), timings);
  }

  PrepareContext context(List<Tensor> constants) {
    return packed(constants).context(target, constants);
  }

  /** Where forms of the constants of a step are kept. */
  PackedWeights packed(List<Tensor> constants) {
    return pool.owns(constants) ? shared : own;
  }

  private List<Kernel<Problem>> kernels(KernelFamily<Problem> family) {
    return policy == KernelSelection.REFERENCE
        ? List.of(family.reference())
        : family.kernels().stream().filter(kernel -> kernel instanceof HostKernel).toList();
  }

  @Override
  public Executable compile(Plan plan) {
    CpuExecutable executable = new CpuExecutable(plan, team, this);
    shared.release();
    own.release();
    return executable;
  }

  @Override
  public long repackedBytes() {
    return shared.byteSize() + own.byteSize();
  }

  @Override
  public long sharedBytes() {
    return shared.byteSize();
  }

  @Override
  public long releasedBytes() {
    return shared.releasedBytes() + own.releasedBytes();
  }

  @Override
  public void close() {
    team.close();
    own.close();
    pool.giveBack(target);
  }
}
