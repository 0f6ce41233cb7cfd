package dev.pith.runtime.launch;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.tune.Trial;
import dev.pith.runtime.plan.tune.TrialMaker;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Makes kernels of a device ready to be timed. Kernels that compete give the same bits, or, where
 * they sum real numbers in any order, results that differ by little; where one does not on this
 * device, that is said and it never wins.
 */
final class LaunchTrials implements TrialMaker {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.launch");

  private final Accelerator accelerator;

  /**
   * What results in any order may differ by, as a part of the largest: some roundings to fp16, or
   * the errors of long fp32 sums, and far less than what a wrong element would change.
   */
  private static final double ANY_ORDER = 0x1p-8;

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
    } else if (!(isInAnyOrder(kernel, asked) ? isClose(expected, results) : isSame(results))) {
      trial.disqualify();
      LOGGER.log(
          Level.WARNING,
          "{0} gives other results on {1} for {2} and is not used for it",
          kernel.name(),
          accelerator.name(),
          asked);
    }
    return trial;
  }

  private static boolean isInAnyOrder(Kernel<Problem> kernel, Problem problem) {
    return KernelFamilies.of(problem).arithmetic(kernel, problem).equals(Kernel.ANY_ORDER);
  }

  /** Whether results differ by no more than sums in another order may. */
  static boolean isClose(List<Tensor> expected, List<Tensor> results) {
    for (int i = 0; i < results.size(); i++) {
      Tensor given = expected.get(i);
      Tensor result = results.get(i);
      long count = given.shape().elementCount();
      double largest = 0;
      double difference = 0;
      for (long e = 0; e < count; e++) {
        double value = Elements.getDouble(given.dtype(), given.values(), e);
        double other = Elements.getDouble(given.dtype(), result.values(), e);
        if (Double.isFinite(value) && Double.isFinite(other)) {
          largest = Math.max(largest, Math.abs(value));
          difference = Math.max(difference, Math.abs(value - other));
        } else if (Double.compare(value, other) != 0) {
          return false;
        }
      }
      if (difference > ANY_ORDER * largest) {
        return false;
      }
    }
    return true;
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
