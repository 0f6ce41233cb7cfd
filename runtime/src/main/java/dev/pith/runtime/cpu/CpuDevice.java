package dev.pith.runtime.cpu;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Selection;
import java.util.ArrayList;
import java.util.List;

/** The processor this virtual machine runs on. */
public final class CpuDevice implements Device {

  private final Target target;
  private final KernelSelection policy;
  private final ThreadTeam team;
  private final PackedWeights packed = new PackedWeights();

  CpuDevice(Target target, KernelSelection policy) {
    this.target = target;
    this.policy = policy;
    this.team = new ThreadTeam(target.threads());
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
    return this::select;
  }

  PrepareContext context(List<Tensor> constants) {
    return packed.context(target, constants);
  }

  private Selection select(Problem problem, List<Tensor> constants) {
    KernelFamily<Problem> family = KernelFamilies.of(problem);
    if (policy == KernelSelection.REFERENCE) {
      return new Selection(family.reference(), List.of(), "reference kernels were asked for");
    }
    List<Selection.Candidate> candidates = new ArrayList<>();
    List<HostKernel<Problem>> able = new ArrayList<>();
    for (Kernel<Problem> kernel : family.kernels()) {
      if (!(kernel instanceof HostKernel<Problem> host)) {
        continue;
      }
      Support support = host.supports(problem, target);
      String refusal = support instanceof Support.Unsupported no ? no.reason() : "";
      candidates.add(new Selection.Candidate(host.name(), refusal, -1));
      if (support.isSupported()) {
        able.add(host);
      }
    }
    if (able.isEmpty()) {
      return Selection.none(candidates);
    }
    return new Selection(able.get(0), candidates, "first that supports the problem");
  }

  @Override
  public Executable compile(Plan plan) {
    return new CpuExecutable(plan, team, this);
  }

  @Override
  public long repackedBytes() {
    return packed.byteSize();
  }

  @Override
  public void close() {
    team.close();
    packed.close();
  }
}
