package dev.pith.runtime.launch;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.tune.KernelChooser;
import dev.pith.runtime.plan.tune.KernelList;
import dev.pith.runtime.plan.tune.TimingStore;
import dev.pith.runtime.plan.tune.Tuning;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The choice of kernels for an accelerator, for one plan: of a family's own device kernels and of
 * library kernels, which stand before the last of them, the general one. Not thread-safe.
 */
public final class LaunchSelector implements Planner.KernelSelector, KernelList {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.launch");

  /** Compilers of devices take so long that a budget for the CPU would be used up by one kernel. */
  private static final Duration LEAST_BUDGET = Duration.ofSeconds(20);

  private final List<StagedKernel<?>> libraries;
  private final boolean allowFallback;
  private final KernelChooser chooser;
  private final String device;
  private final List<String> onHost = new ArrayList<>();

  /**
   * A selector.
   *
   * @param accelerator the device
   * @param libraries kernels that call the vendor's libraries, in order of preference
   * @param tuning how much is measured
   * @param store where winners are remembered
   * @param allowFallback whether problems without device kernel run on the host
   */
  public LaunchSelector(
      Accelerator accelerator,
      List<StagedKernel<?>> libraries,
      Tuning tuning,
      TimingStore store,
      boolean allowFallback) {
    this.libraries = List.copyOf(libraries);
    this.allowFallback = allowFallback;
    this.device = accelerator.name();
    Tuning patient =
        tuning.budget().isZero()
            ? tuning
            : new Tuning(tuning.remembers(), LEAST_BUDGET, tuning.isThorough());
    this.chooser =
        new KernelChooser(
            this, accelerator.target(), patient, new LaunchTrials(accelerator), store);
  }

  @Override
  public Selection select(Problem problem, Operands operands) {
    Selection selection = chooser.select(problem, operands);
    return selection.isFound() || !allowFallback
        ? selection
        : host(problem, selection.candidates());
  }

  @Override
  public long time(Problem problem, Operands operands) {
    return chooser.time(problem, operands);
  }

  @Override
  public void finish() {
    chooser.finish();
    if (!onHost.isEmpty()) {
      LOGGER.log(
          Level.WARNING,
          "{0} steps run on the CPU, with copies to it and back, for want of a kernel on {1}: {2}",
          onHost.size(),
          device,
          String.join("; ", onHost));
      onHost.clear();
    }
  }

  @Override
  public String refusal(Kernel<Problem> kernel, Problem problem, Target target, Operands operands) {
    String refusal = KernelList.super.refusal(kernel, problem, target, operands);
    if (!refusal.isEmpty()) {
      return refusal;
    }
    for (Stage stage : LaunchStep.stages(kernel, problem, target)) {
      for (Argument argument : stage.arguments()) {
        if (argument instanceof Argument.Packed packed
            && operands.constants().get(packed.index()) == null) {
          return "input "
              + packed.index()
              + " is computed; its "
              + packed.format()
              + " need a constant";
        }
      }
    }
    return "";
  }

  @Override
  public List<Kernel<Problem>> of(KernelFamily<Problem> family) {
    List<Kernel<Problem>> kernels = new ArrayList<>();
    for (Kernel<Problem> kernel : family.kernels()) {
      if (kernel instanceof DeviceKernel<Problem>) {
        kernels.add(kernel);
      }
    }
    int general = Math.max(0, kernels.size() - 1);
    for (StagedKernel<?> library : libraries) {
      if (library.problem() == family.problem()) {
        @SuppressWarnings("unchecked") // it solves problems of just this class
        StagedKernel<Problem> able = (StagedKernel<Problem>) library;
        kernels.add(general++, able);
      }
    }
    return kernels;
  }

  private Selection host(Problem problem, List<Selection.Candidate> candidates) {
    Target cpu = Target.plainCpu(1).withVectorBits(VectorWidth.preferredBits());
    for (Kernel<Problem> kernel : KernelFamilies.of(problem).kernels()) {
      if (kernel instanceof HostKernel<Problem> && kernel.supports(problem, cpu).isSupported()) {
        onHost.add(problem.toString());
        return new Selection(kernel, candidates, "runs on the CPU: the device has no kernel");
      }
    }
    return Selection.none(candidates);
  }
}
