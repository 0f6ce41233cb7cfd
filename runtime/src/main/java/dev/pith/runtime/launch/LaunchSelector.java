package dev.pith.runtime.launch;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Selection;
import java.util.ArrayList;
import java.util.List;

/**
 * The choice of kernels for an accelerator: a family's own device kernels, and the library kernels
 * that solve its problem before the last of them, which is the general one.
 */
public final class LaunchSelector implements Planner.KernelSelector {

  private final Target target;
  private final List<StagedKernel<?>> libraries;
  private final boolean allowFallback;

  /**
   * A selector.
   *
   * @param target the device
   * @param libraries kernels that call the vendor's libraries, in order of preference
   * @param allowFallback whether problems without device kernel run on the host
   */
  public LaunchSelector(Target target, List<StagedKernel<?>> libraries, boolean allowFallback) {
    this.target = target;
    this.libraries = List.copyOf(libraries);
    this.allowFallback = allowFallback;
  }

  @Override
  public Selection select(Problem problem, Operands operands) {
    List<Selection.Candidate> candidates = new ArrayList<>();
    Kernel<Problem> chosen = null;
    for (Kernel<Problem> kernel : kernels(problem)) {
      String refusal = refusal(kernel, problem, constants);
      candidates.add(new Selection.Candidate(kernel.name(), refusal, -1));
      chosen = chosen == null && refusal.isEmpty() ? kernel : chosen;
    }
    if (chosen != null) {
      return new Selection(chosen, candidates, "first that supports the problem");
    }
    return allowFallback ? host(problem, candidates) : Selection.none(candidates);
  }

  /** Why a kernel does not solve a problem with these constants; empty if it does. */
  String refusal(Kernel<Problem> kernel, Problem problem, List<Tensor> constants) {
    if (kernel.supports(problem, target) instanceof Support.Unsupported no) {
      return no.reason();
    }
    for (Stage stage : LaunchStep.stages(kernel, problem, target)) {
      for (Argument argument : stage.arguments()) {
        if (argument instanceof Argument.Packed packed && constants.get(packed.index()) == null) {
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

  /** The kernels of the device for a problem, in order of preference. */
  List<Kernel<Problem>> kernels(Problem problem) {
    KernelFamily<Problem> family = KernelFamilies.of(problem);
    List<Kernel<Problem>> kernels = new ArrayList<>();
    for (Kernel<Problem> kernel : family.kernels()) {
      if (kernel instanceof DeviceKernel<Problem>) {
        kernels.add(kernel);
      }
    }
    int general = Math.max(0, kernels.size() - 1);
    for (StagedKernel<?> library : libraries) {
      if (library.problem() == problem.getClass()) {
        @SuppressWarnings("unchecked") // it solves problems of just this class
        StagedKernel<Problem> able = (StagedKernel<Problem>) library;
        kernels.add(general++, able);
      }
    }
    return kernels;
  }

  private static Selection host(Problem problem, List<Selection.Candidate> candidates) {
    Target cpu = Target.plainCpu(1).withVectorBits(VectorWidth.preferredBits());
    for (Kernel<Problem> kernel : KernelFamilies.of(problem).kernels()) {
      if (kernel instanceof HostKernel<Problem> && kernel.supports(problem, cpu).isSupported()) {
        return new Selection(kernel, candidates, "runs on the CPU: the device has no kernel");
      }
    }
    return Selection.none(candidates);
  }
}
