package dev.pith.runtime.plan.tune;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kernels that take a stated time and count how often they are run. */
final class FakeTrials implements TrialMaker {

  /** A kernel that is only looked at. */
  record FakeKernel(
      String name, String refusal, String arithmetic, boolean isGenerated, boolean isContested)
      implements HostKernel<Problem> {

    static FakeKernel of(String name) {
      return new FakeKernel(name, "", name, true, true);
    }

    @Override
    public Support supports(Problem problem, Target target) {
      return refusal.isEmpty() ? Support.YES : Support.no("%s", refusal);
    }

    @Override
    public String arithmetic(Problem problem) {
      return arithmetic;
    }

    @Override
    public boolean isContested(Problem problem, Target target) {
      return isContested;
    }

    @Override
    public HostProgram prepare(Problem problem, PrepareContext context) {
      throw new IllegalStateException("fakes are not run");
    }
  }

  private final Map<String, Long> nanos = new HashMap<>();
  final List<String> runs = new ArrayList<>();
  final List<String> kept = new ArrayList<>();
  int open;

  FakeTrials takes(String kernel, long time) {
    nanos.put(kernel, time);
    return this;
  }

  @Override
  public boolean warmsUp(Kernel<Problem> kernel) {
    return !((HostKernel<Problem>) kernel).isGenerated();
  }

  @Override
  public Trial prepare(Kernel<Problem> kernel, Problem problem, Operands operands) {
    open++;
    return new Trial() {
      @Override
      public long run() {
        runs.add(kernel.name());
        return nanos.get(kernel.name());
      }

      @Override
      public void keep() {
        kept.add(kernel.name());
      }

      @Override
      public void close() {
        open--;
      }
    };
  }
}
