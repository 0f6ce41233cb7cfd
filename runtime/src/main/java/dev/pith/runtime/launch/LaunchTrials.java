package dev.pith.runtime.launch;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.tune.Trial;
import dev.pith.runtime.plan.tune.TrialMaker;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Makes kernels of a device ready to be timed. Kernels that compete give the same bits; where one
 * does not on this device, that is said and it never wins.
 */
final class LaunchTrials implements TrialMaker {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.launch");

  private final Accelerator accelerator;
  private Operands operands;
  private List<Tensor> expected;

  LaunchTrials(Accelerator accelerator) {
    this.accelerator = accelerator;
  }

  /** Device code is machine code from the first run on. */
  @Override
  public boolean warmsUp(Kernel<Problem> kernel) {
    return false;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the very same operands are meant
  public Trial prepare(Kernel<Problem> kernel, Problem asked, Operands given) {
    LaunchTrial trial = new LaunchTrial(kernel, asked, given, accelerator);
    List<Tensor> results = trial.results();
    // Equal problems may come with other weights; rivals come with the very same operands.
    if (given != operands) {
      operands = given;
      expected = results;
    } else if (!isSame(results)) {
      trial.disqualify();
      LOGGER.log(
          Level.WARNING,
          "{0} gives other bits on {1} for {2} and is not used for it",
          kernel.name(),
          accelerator.name(),
          asked);
    }
    return trial;
  }

  private boolean isSame(List<Tensor> results) {
    for (int i = 0; i < results.size(); i++) {
      if (expected.get(i).values().mismatch(results.get(i).values()) >= 0) {
        return false;
      }
    }
    return true;
  }
}
